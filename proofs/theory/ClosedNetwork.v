(* Every weight of the construction has a closed form, if Phi_0 has. *)
From Coq Require Import Reals ZArith List Bool Lia Arith.
From Layercert Require Import Network Dyadic Weight Layers Build.
Import ListNotations.

Definition closed_atom (a : atom) : Prop := match a with Real _ => False | _ => True end.
Definition closed_weight (w : weight) : Prop := Forall (fun t => closed_atom (snd t)) w.
Definition closed_weights (w : list (nat * weight)) : Prop := Forall (fun c => closed_weight (snd c)) w.
Definition closed_affine (f : affine weight) : Prop := closed_weight (bias f) /\ closed_weights (weights f).
Definition in_closed_form (net : network weight) : Prop :=
  Forall (Forall (fun u => closed_affine (form u))) (hidden net) /\ Forall closed_affine (readouts net).

Lemma closed_number : forall c, closed_weight (number c).
Proof. intros. repeat constructor. Qed.

Lemma closed_opp : forall w, closed_weight w -> closed_weight (opp_weight w).
Proof. intros w H. induction H as [| t w Ht H IH]; constructor; assumption. Qed.

Lemma closed_plus : forall v w, closed_weight v -> closed_weight w -> closed_weight (plus_weight v w).
Proof. intros. apply Forall_app. split; assumption. Qed.

Lemma closed_angle : forall terms, closed_weight (angle_form terms).
Proof. induction terms as [| t terms IH]; constructor; [exact I | exact IH]. Qed.

Lemma closed_on_steps : forall P c j k, (forall i, closed_weight (c i)) -> closed_weights (on_steps P c j k).
Proof.
  intros P c j k H. induction k as [| k IH]; [constructor |]. cbn [on_steps]. apply Forall_app. split; [exact IH |].
  repeat constructor; [apply H | apply closed_opp, H].
Qed.

Lemma closed_coordinate : forall P t j f, closed_weights (coordinate P t j f).
Proof.
  intros P [| t] j f; cbn [coordinate]; [repeat constructor |]. apply Forall_app.
  split; [apply closed_on_steps; intros; apply closed_number | repeat constructor].
Qed.

Lemma closed_argument : forall P m, closed_weights (argument P m).
Proof.
  intros P m. unfold argument. apply Forall_app. split; [| destruct m; repeat constructor].
  generalize (dimension P). induction n as [| j IH]; [constructor |]. cbn [all_rises]. apply Forall_app. split; [exact IH |].
  apply closed_on_steps. intros i. apply closed_plus; [apply closed_angle | apply closed_opp, closed_angle].
Qed.

Section Construction.
Variable P : parameters.
Hypothesis start_closed : closed_weight (start P).

Lemma closed_expected : forall t i u, expected P t i = Some u -> closed_affine (form u).
Proof.
  assert (Step : forall t i, closed_affine (form (step_unit P t i))) by (intros; split; [apply closed_number | apply closed_coordinate]).
  assert (Sum : forall t, closed_affine (sum_unit P t)).
  { intros [| [| [| t]]]; split; try (repeat constructor; fail). apply closed_plus; [exact start_closed | apply closed_number]. }
  intros t i u. unfold expected. destruct (Nat.ltb i (carries P)).
  { destruct (Nat.ltb t (depth P)); [| discriminate]. intros H; injection H as <-. apply Step. }
  destruct (Nat.ltb i (argument_carry P)).
  { destruct (Nat.ltb t (depth P)); [| discriminate]. intros H; injection H as <-. split; [constructor | apply closed_coordinate]. }
  destruct (Nat.eqb i (argument_carry P)).
  { destruct t; [discriminate |]. destruct (Nat.ltb (S t) (depth P)); [| discriminate]. intros H; injection H as <-.
    split; [constructor | apply closed_argument]. }
  destruct (Nat.eqb i (sum_carry P)).
  { destruct (Nat.ltb t 2); [discriminate |]. intros H; injection H as <-. apply Sum. }
  destruct (Nat.eqb i (first_sine P)).
  { destruct t; [discriminate |]. destruct (Nat.leb (S t) (depth P)); [| discriminate]. intros H; injection H as <-.
    split; [repeat constructor | apply closed_argument]. }
  destruct t as [| [| t]]; try discriminate. intros H; injection H as <-. split; repeat constructor.
Qed.

Theorem build_closed : in_closed_form (build P).
Proof.
  split; apply Forall_forall; intros y Hy; apply in_map_iff in Hy.
  - destruct Hy as [t [<- _]]. apply Forall_forall. intros u Hu. apply in_flat_map in Hu. destruct Hu as [i [_ Hu]].
    destruct (expected P t i) as [v |] eqn:E; [| contradiction]. destruct Hu as [<- | []]. exact (closed_expected t i v E).
  - destruct Hy as [m [<- _]]. split; repeat constructor.
Qed.

End Construction.
