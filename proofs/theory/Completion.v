(* An L^p space as LpSpace.v wants it exists: the completion of the continuous functions. Its members are the Cauchy sequences of
   continuous functions in || . ||_p; distance and modulus are the limits. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Power Box Cube Modulus CubeNorm ModulusRules Existence LpSpace.
Open Scope R_scope.

(* ---- limits ---- *)

Definition cauchy (a : nat -> R) : Prop := forall e, 0 < e -> exists m, forall i j, (m <= i)%nat -> (m <= j)%nat -> Rabs (a i - a j) <= e.

Lemma cauchy_limit : forall a, cauchy a -> is_lim_seq a (real (Lim_seq a)).
Proof.
  intros a H. apply Lim_seq_correct'. apply ex_lim_seq_cauchy_corr. intros e. destruct (H (e / 2)) as [m Hm].
  - assert (P := cond_pos e). lra.
  - exists m. intros i j Hi Hj. assert (Q := Hm i j Hi Hj). assert (P := cond_pos e). lra.
Qed.

Lemma limit_le : forall a b, cauchy a -> cauchy b -> (forall i, a i <= b i) -> real (Lim_seq a) <= real (Lim_seq b).
Proof. intros a b Ha Hb H. exact (is_lim_seq_le a b (real (Lim_seq a)) (real (Lim_seq b)) H (cauchy_limit a Ha) (cauchy_limit b Hb)). Qed.

Lemma cauchy_plus : forall a b, cauchy a -> cauchy b -> cauchy (fun i => a i + b i).
Proof.
  intros a b Ha Hb e He. destruct (Ha (e / 2) ltac:(lra)) as [m Hm]. destruct (Hb (e / 2) ltac:(lra)) as [k Hk].
  exists (Nat.max m k). intros i j Hi Hj. assert (A := Hm i j ltac:(lia) ltac:(lia)). assert (B := Hk i j ltac:(lia) ltac:(lia)). split_Rabs; lra.
Qed.

Lemma limit_plus : forall a b, cauchy a -> cauchy b -> real (Lim_seq (fun i => a i + b i)) = real (Lim_seq a) + real (Lim_seq b).
Proof.
  intros a b Ha Hb. assert (L := is_lim_seq_plus' a b _ _ (cauchy_limit a Ha) (cauchy_limit b Hb)).
  rewrite (is_lim_seq_unique _ _ L). reflexivity.
Qed.

Lemma limit_scale : forall a c, cauchy a -> real (Lim_seq (fun i => c * a i)) = c * real (Lim_seq a).
Proof. intros a c Ha. assert (L := is_lim_seq_scal_l a c _ (cauchy_limit a Ha)). rewrite (is_lim_seq_unique _ _ L). reflexivity. Qed.

Lemma cauchy_scale : forall a c, cauchy a -> cauchy (fun i => c * a i).
Proof.
  intros a c Ha e He. destruct (Ha (e / (Rabs c + 1))) as [m Hm]; [apply Rdiv_lt_0_compat; [exact He | generalize (Rabs_pos c); lra] |].
  exists m. intros i j Hi Hj. rewrite <- Rmult_minus_distr_l, Rabs_mult. assert (P := Rabs_pos c). assert (Q := Hm i j Hi Hj).
  apply Rle_trans with ((Rabs c + 1) * (e / (Rabs c + 1))); [| apply Req_le; field; lra].
  apply Rmult_le_compat; [exact P | apply Rabs_pos | lra | exact Q].
Qed.

Lemma cauchy_const : forall c, cauchy (fun _ => c).
Proof. intros c e He. exists O. intros. rewrite Rminus_eq_0, Rabs_R0. lra. Qed.

Lemma limit_const : forall c, real (Lim_seq (fun _ => c)) = c.
Proof. intros c. rewrite Lim_seq_const. reflexivity. Qed.

(* ---- the space ---- *)

Section Completion.
Variable p : R.
Hypothesis p1 : 1 <= p.
Variable d : nat.
Hypothesis d1 : (1 <= d)%nat.
Variable n : shift_norm.

Definition norm_between (g h : point -> R) : R := cube_norm p d (fun x => g x - h x).

Record cauchy_sequence := {
  term :> nat -> point -> R;
  term_continuous : forall i, continuous_on_cube d (term i);
  term_cauchy : forall e, 0 < e -> exists m, forall i j, (m <= i)%nat -> (m <= j)%nat -> norm_between (term i) (term j) <= e }.

Lemma norm_itself : forall g, norm_between g g = 0.
Proof.
  intros g. transitivity (cube_norm p d (fun _ => 0)); [| rewrite (cube_norm_constant p p1); apply Rabs_R0].
  apply cube_norm_ext. intros x _. ring.
Qed.

Definition still (g : point -> R) (Hg : continuous_on_cube d g) : cauchy_sequence.
Proof. refine {| term := fun _ => g; term_continuous := fun _ => Hg |}. intros e He. exists O. intros. rewrite norm_itself. lra. Defined.

(* The distances of the terms of two sequences, and the moduli of the terms of one, are Cauchy sequences of numbers. *)
Lemma norms_cauchy : forall u v : cauchy_sequence, cauchy (fun i => norm_between (u i) (v i)).
Proof.
  intros u v e He. destruct (term_cauchy u (e / 2) ltac:(lra)) as [m Hm]. destruct (term_cauchy v (e / 2) ltac:(lra)) as [k Hk].
  assert (C := term_continuous u). assert (D := term_continuous v).
  assert (One : forall i j, (Nat.max m k <= i)%nat -> (Nat.max m k <= j)%nat -> norm_between (u i) (v i) <= norm_between (u j) (v j) + e).
  { intros i j Hi Hj. assert (A := Hm i j ltac:(lia) ltac:(lia)). assert (B := Hk j i ltac:(lia) ltac:(lia)).
    assert (T1 := cube_norm_triangle p p1 d (u i) (u j) (v i) (C i) (C j) (D i)).
    assert (T2 := cube_norm_triangle p p1 d (u j) (v j) (v i) (C j) (D j) (D i)). unfold norm_between in *. lra. }
  exists (Nat.max m k). intros i j Hi Hj. assert (A := One i j Hi Hj). assert (B := One j i Hj Hi). apply Rabs_le. lra.
Qed.

Lemma moduli_cauchy : forall (u : cauchy_sequence) t, 0 <= t -> cauchy (fun i => modulus_real p d n (u i) t).
Proof.
  intros u t Ht e He. destruct (term_cauchy u (e / 2) ltac:(lra)) as [m Hm]. exists m. intros i j Hi Hj.
  eapply Rle_trans; [apply (modulus_stable p p1 d d1 n); [apply term_continuous | apply term_continuous | exact Ht] |].
  assert (A := Hm i j Hi Hj). unfold norm_between in A. lra.
Qed.

Definition limit_distance (u v : cauchy_sequence) : R := real (Lim_seq (fun i => norm_between (u i) (v i))).
Definition limit_modulus (u : cauchy_sequence) (t : R) : R := real (Lim_seq (fun i => modulus_real p d n (u i) t)).

Definition completion : Lp_space p d n.
Proof.
  refine {| member := cauchy_sequence; of_continuous := still; Lp_distance := limit_distance; Lp_modulus := limit_modulus |}.
  - intros u v. unfold limit_distance. f_equal. apply Lim_seq_ext. intros i. apply cube_norm_symmetric.
  - intros u v w. unfold limit_distance. rewrite <- limit_plus by apply norms_cauchy.
    apply limit_le; [apply norms_cauchy | apply cauchy_plus; apply norms_cauchy |].
    intros i. apply (cube_norm_triangle p p1 d); apply term_continuous.
  - intros g h Hg Hh. unfold limit_distance. cbn [term still]. rewrite limit_const. reflexivity.
  - intros g Hg t Ht. unfold limit_modulus. cbn [term still]. rewrite limit_const. symmetry. apply (modulus_real_correct p p1 d d1 n); assumption.
  - intros u e He. destruct (term_cauchy u e He) as [m Hm]. exists (u m), (term_continuous u m). unfold limit_distance.
    rewrite <- (Lim_seq_incr_n _ m). rewrite <- (limit_const e) at 1. apply limit_le; [| apply cauchy_const |].
    + intros e' He'. destruct (norms_cauchy u (still (u m) (term_continuous u m)) e' He') as [k Hk]. exists k. intros i j Hi Hj. apply Hk; lia.
    + intros i. apply Hm; lia.
  - intros u v t Ht. unfold limit_modulus, limit_distance. rewrite <- limit_scale by apply norms_cauchy.
    assert (One : forall u v : cauchy_sequence, real (Lim_seq (fun i => modulus_real p d n (u i) t)) <=
      real (Lim_seq (fun i => modulus_real p d n (v i) t)) + real (Lim_seq (fun i => 2 * norm_between (u i) (v i)))).
    { intros a b. rewrite <- limit_plus by (try apply cauchy_scale, norms_cauchy; apply moduli_cauchy, Ht).
      apply limit_le; [apply moduli_cauchy, Ht | apply cauchy_plus; [apply moduli_cauchy, Ht | apply cauchy_scale, norms_cauchy] |].
      intros i. assert (S := modulus_stable p p1 d d1 n (a i) (b i) t (term_continuous a i) (term_continuous b i) Ht).
      unfold norm_between. split_Rabs; lra. }
    assert (A := One u v). assert (B := One v u).
    rewrite (Lim_seq_ext (fun i => 2 * norm_between (v i) (u i)) (fun i => 2 * norm_between (u i) (v i))) in B
      by (intros i; f_equal; apply cube_norm_symmetric).
    apply Rabs_le. lra.
Defined.

End Completion.
