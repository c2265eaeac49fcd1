(* Jensen's inequality for x^p on an interval, p >= 1: what the projection bound needs of convexity. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power.
Open Scope R_scope.

Lemma rpower_mvt : forall p a b, 0 < a -> a < b -> exists z, a < z < b /\
  Rpower b p - Rpower a p = p * Rpower z (p - 1) * (b - a).
Proof.
  intros p a b Ha Hab.
  destruct (MVT_cor2 (fun x => Rpower x p) (fun x => p * Rpower x (p - 1)) a b Hab) as [z [E Hz]].
  - intros x Hx. apply derivable_pt_lim_power. lra.
  - exists z. split; assumption.
Qed.

(* The graph of x^p lies above its tangents. *)
Lemma power_tangent : forall p u c, 1 <= p -> 0 <= u -> 0 < c ->
  power p c + p * Rpower c (p - 1) * (u - c) <= power p u.
Proof.
  intros p u c Hp Hu Hc. rewrite (power_pos p c Hc).
  assert (M : 0 < Rpower c (p - 1)) by apply exp_pos.
  assert (S : Rpower c p = Rpower c (p - 1) * c).
  { rewrite <- (Rpower_1 c) at 3 by assumption. rewrite <- Rpower_plus. f_equal. lra. }
  destruct (Rtotal_order u c) as [H | [H | H]].
  - destruct (Req_dec u 0) as [-> | n].
    + rewrite power_0, S by lra. assert (0 <= (p - 1) * (Rpower c (p - 1) * c)) by (apply Rmult_le_pos; [lra |]; nra). lra.
    + rewrite power_pos by lra. destruct (rpower_mvt p u c) as [z [Hz E]]; [lra | lra |].
      assert (L : Rpower z (p - 1) <= Rpower c (p - 1)) by (apply Rle_Rpower_l; lra).
      assert (L2 : p * Rpower z (p - 1) * (c - u) <= p * Rpower c (p - 1) * (c - u))
        by (apply Rmult_le_compat_r; [lra |]; apply Rmult_le_compat_l; lra).
      lra.
  - subst. rewrite power_pos by assumption. lra.
  - rewrite power_pos by lra. destruct (rpower_mvt p c u) as [z [Hz E]]; [lra | lra |].
    assert (L : Rpower c (p - 1) <= Rpower z (p - 1)) by (apply Rle_Rpower_l; lra).
    assert (L2 : p * Rpower c (p - 1) * (u - c) <= p * Rpower z (p - 1) * (u - c))
      by (apply Rmult_le_compat_r; [lra |]; apply Rmult_le_compat_l; lra).
    lra.
Qed.

Lemma power_lipschitz : forall p B x y, 1 <= p -> 0 <= x <= B -> 0 <= y <= B ->
  Rabs (power p x - power p y) <= p * power (p - 1) B * Rabs (x - y).
Proof.
  assert (H : forall p B x y, 1 <= p -> 0 <= x <= y -> y <= B ->
    Rabs (power p x - power p y) <= p * power (p - 1) B * Rabs (x - y)).
  { intros p B x y Hp H HB. assert (L := power_le p x y ltac:(lra) (proj2 H)). rewrite !Rabs_left1 by lra.
    destruct (Req_dec y 0) as [-> | n].
    { replace x with 0 by lra. rewrite !Rminus_0_r, Ropp_0, Rmult_0_r. lra. }
    assert (T := power_tangent p x y Hp (proj1 H) ltac:(lra)).
    assert (S : Rpower y (p - 1) <= power (p - 1) B) by (rewrite power_pos by lra; apply Rle_Rpower_l; lra).
    assert (S' : p * Rpower y (p - 1) * (y - x) <= p * power (p - 1) B * (y - x))
      by (apply Rmult_le_compat_r; [lra |]; apply Rmult_le_compat_l; lra).
    lra. }
  intros p B x y Hp Hx Hy. destruct (Rle_dec x y) as [L | L].
  - apply H; lra.
  - rewrite Rabs_minus_sym, (Rabs_minus_sym x y). apply H; lra.
Qed.

(* x^p is convex: the sum of u and v as a mean of u / w and v / (1 - w) *)
Lemma power_sum : forall p u v w, 1 <= p -> 0 <= u -> 0 <= v -> 0 < w < 1 ->
  power p (u + v) <= w * power p (u / w) + (1 - w) * power p (v / (1 - w)).
Proof.
  intros p u v w Hp Hu Hv Hw. destruct (Req_dec (u + v) 0) as [E | n].
  - rewrite E, power_0 by lra. apply Rplus_le_le_0_compat; apply Rmult_le_pos; try apply power_nonneg; lra.
  - assert (A := power_tangent p (u / w) (u + v) Hp ltac:(apply Rdiv_le_0_compat; lra) ltac:(lra)).
    assert (B := power_tangent p (v / (1 - w)) (u + v) Hp ltac:(apply Rdiv_le_0_compat; lra) ltac:(lra)).
    apply (Rmult_le_compat_l w) in A; [| lra]. apply (Rmult_le_compat_l (1 - w)) in B; [| lra].
    set (s := p * Rpower (u + v) (p - 1)) in *.
    assert (E : w * (power p (u + v) + s * (u / w - (u + v))) + (1 - w) * (power p (u + v) + s * (v / (1 - w) - (u + v))) = power p (u + v))
      by (field; lra).
    lra.
Qed.

(* (mean of g)^p <= mean of g^p, over an interval of length t *)
Theorem jensen : forall p (g : R -> R) a t, 1 <= p -> 0 < t -> (forall y, 0 <= g y) ->
  ex_RInt g a (a + t) -> ex_RInt (fun y => power p (g y)) a (a + t) ->
  power p (/ t * RInt g a (a + t)) <= / t * RInt (fun y => power p (g y)) a (a + t).
Proof.
  intros p g a t Hp Ht G0 I1 I2.
  assert (T : 0 < / t) by (apply Rinv_0_lt_compat, Ht).
  assert (N0 : 0 <= RInt (fun y => power p (g y)) a (a + t)).
  { apply RInt_ge_0; [lra | exact I2 |]. intros. apply power_nonneg. }
  destruct (Rle_dec (/ t * RInt g a (a + t)) 0) as [C | C].
  { rewrite (power_0 p _ C). apply Rmult_le_pos; lra. }
  assert (C' : 0 < / t * RInt g a (a + t)) by lra. clear C.
  set (c := / t * RInt g a (a + t)) in *.
  set (s := p * Rpower c (p - 1)). set (k := power p c - s * c).
  assert (IL : ex_RInt (fun y => k + s * g y) a (a + t)).
  { apply integrable_plus; [apply ex_RInt_const | apply integrable_scale; exact I1]. }
  assert (L : RInt (fun y => k + s * g y) a (a + t) <= RInt (fun y => power p (g y)) a (a + t)).
  { apply RInt_le; [lra | exact IL | exact I2 |]. intros y _.
    generalize (power_tangent p (g y) c Hp (G0 y) C'). fold s. unfold k. lra. }
  rewrite (integral_plus (fun _ => k) (fun y => s * g y)) in L; [| apply ex_RInt_const | apply integrable_scale; exact I1].
  rewrite integral_const, (integral_scale g s) in L by exact I1.
  assert (E : RInt g a (a + t) = t * c).
  { unfold c. rewrite <- Rmult_assoc, Rinv_r by lra. symmetry. apply Rmult_1_l. }
  rewrite E in L. apply (Rmult_le_compat_l (/ t)) in L; [| lra].
  replace (/ t * ((a + t - a) * k + s * (t * c))) with (power p c) in L by (unfold k; field; lra).
  exact L.
Qed.

(* |f(x) - mean of f|^p <= mean over y of |f(x) - f(y)|^p *)
Theorem mean_distance : forall p (f : R -> R) x a t, 1 <= p -> 0 < t ->
  ex_RInt f a (a + t) -> ex_RInt (fun y => Rabs (f x - f y)) a (a + t) ->
  ex_RInt (fun y => power p (Rabs (f x - f y))) a (a + t) ->
  power p (Rabs (f x - / t * RInt f a (a + t))) <= / t * RInt (fun y => power p (Rabs (f x - f y))) a (a + t).
Proof.
  intros p f x a t Hp Ht I0 I1 I2. eapply Rle_trans; [| apply jensen; try assumption; intros; apply Rabs_pos].
  apply power_le; [lra |].
  assert (ID : ex_RInt (fun y => f x - f y) a (a + t)) by (apply (integrable_minus (fun _ => f x) f); [apply ex_RInt_const | exact I0]).
  assert (E : f x - / t * RInt f a (a + t) = / t * RInt (fun y => f x - f y) a (a + t)).
  { rewrite (integral_minus (fun _ => f x) f); [| apply ex_RInt_const | exact I0]. rewrite integral_const. field. lra. }
  rewrite E, Rabs_mult, (Rabs_pos_eq (/ t)) by (apply Rlt_le, Rinv_0_lt_compat, Ht).
  apply Rmult_le_compat_l; [apply Rlt_le, Rinv_0_lt_compat, Ht |].
  apply (abs_RInt_le (fun y => f x - f y)); [lra | exact ID].
Qed.
