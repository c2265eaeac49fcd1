(* The construction as a list of layers: it agrees with itself, unit by unit, and has the width of the theorem. So every choice of the
   parameters has its network. *)
From Coq Require Import Reals ZArith List Bool Lia Arith.
From Layercert Require Import Network Dyadic Weight Layers.
Import ListNotations.

Definition listed {A : Type} (o : option A) : list A := match o with Some a => [a] | None => [] end.

Section Build.
Variable P : parameters.

Definition built_layer (t : nat) : list (unit weight) := flat_map (fun i => listed (expected P t i)) (seq 0 (width P)).
Definition build : network weight := Layered (map built_layer (seq 0 (depth P + 2))) (map (expected_readout P) (seq 0 (depth P))).

Lemma expected_index : forall t i u, expected P t i = Some u -> index u = i.
Proof.
  intros t i u. unfold expected, step_unit.
  repeat match goal with |- context [if ?b then _ else _] => destruct b end;
    try (destruct t as [| [| t]]); intros H; try discriminate; injection H as <-; reflexivity.
Qed.

(* ---- agreement ---- *)

Lemma find_append : forall (l m : list (unit weight)) i,
  find_unit (l ++ m) i = match find_unit l i with Some u => Some u | None => find_unit m i end.
Proof.
  induction l as [| u l IH]; intros; [reflexivity |]. unfold find_unit in *. cbn [app find].
  destruct (Nat.eqb (index u) i); [reflexivity | apply IH].
Qed.

Lemma find_built : forall t i n s, find_unit (flat_map (fun i => listed (expected P t i)) (seq s n)) i =
  if (s <=? i) && (i <? s + n) then expected P t i else None.
Proof.
  intros t i. induction n as [| n IH]; intros s.
  - cbn [seq flat_map]. replace ((s <=? i) && (i <? s + 0)) with false; [reflexivity |]. symmetry. apply andb_false_iff.
    destruct (Nat.leb_spec s i); [right; apply Nat.ltb_ge; lia | left; reflexivity].
  - cbn [seq flat_map]. rewrite find_append, IH. destruct (Nat.eq_dec s i) as [<- | ne].
    + replace ((S s <=? s) && (s <? S s + n)) with false by (symmetry; apply andb_false_iff; left; apply Nat.leb_gt; lia).
      replace ((s <=? s) && (s <? s + S n)) with true by (symmetry; apply andb_true_iff; split; [apply Nat.leb_refl | apply Nat.ltb_lt; lia]).
      destruct (expected P t s) as [u |] eqn:E; unfold listed, find_unit; cbn [find]; [| reflexivity].
      rewrite (expected_index t s u E), Nat.eqb_refl. reflexivity.
    + replace ((S s <=? i) && (i <? S s + n)) with ((s <=? i) && (i <? s + S n))
        by (apply eq_true_iff_eq; rewrite !andb_true_iff, !Nat.leb_le, !Nat.ltb_lt; lia).
      destruct (expected P t s) as [u |] eqn:E; unfold listed, find_unit; cbn [find]; [| reflexivity].
      rewrite (expected_index t s u E). replace (s =? i) with false by (symmetry; apply Nat.eqb_neq, ne). reflexivity.
Qed.

Theorem build_agrees : agrees P (real_network build).
Proof.
  unfold agrees, real_network, build. cbn [hidden readouts]. rewrite !map_length, !seq_length.
  split; [reflexivity |]. split; [reflexivity |]. split.
  - intros t v i Ht Hi. change (@nil (unit R)) with (map real_unit []). rewrite map_nth.
    rewrite (nth_indep _ [] (built_layer 0)) by (rewrite map_length, seq_length; exact Ht). rewrite map_nth, seq_nth by exact Ht.
    unfold layer_value. rewrite find_real_unit. unfold built_layer. rewrite find_built.
    replace ((0 <=? i) && (i <? 0 + width P)) with true by (symmetry; apply andb_true_iff; split; [reflexivity | apply Nat.ltb_lt; lia]).
    reflexivity.
  - intros m v Hm. change (@Affine R 0%R []) with (real_affine (Affine [] [])). rewrite map_nth.
    rewrite (nth_indep _ _ (expected_readout P 0)) by (rewrite map_length, seq_length; exact Hm). rewrite map_nth, seq_nth by exact Hm. reflexivity.
Qed.

(* ---- shape ---- *)

Lemma built_index : forall t u, In u (built_layer t) -> (index u < width P)%nat.
Proof.
  intros t u H. apply in_flat_map in H. destruct H as [i [Hi H]]. apply in_seq in Hi. destruct (expected P t i) eqn:E; [| contradiction].
  destruct H as [<- | []]. rewrite (expected_index t i _ E). lia.
Qed.

Lemma built_distinct : forall t, NoDup (map index (built_layer t)).
Proof.
  intros t. unfold built_layer. assert (D := seq_NoDup (width P) 0). induction D as [| i l Fresh D IH]; [constructor |].
  cbn [flat_map]. destruct (expected P t i) as [u |] eqn:E; [| exact IH]. cbn [listed app map]. rewrite (expected_index t i u E).
  constructor; [| exact IH]. intros I. apply in_map_iff in I. destruct I as [v [Ev Hv]]. apply in_flat_map in Hv.
  destruct Hv as [k [Hk Hv]]. destruct (expected P t k) as [v' |] eqn:E'; [| contradiction]. destruct Hv as [<- | []].
  rewrite (expected_index t k v' E') in Ev. subst. contradiction.
Qed.

Lemma no_sine : forall t i u, (i < first_sine P)%nat -> expected P t i = Some u -> is_sine u = false.
Proof.
  intros t i u Hi. unfold expected, step_unit. destruct (Nat.ltb i (carries P)).
  { destruct (Nat.ltb t (depth P)); [| discriminate]. intros H; injection H as <-. reflexivity. }
  destruct (Nat.ltb_spec i (argument_carry P)).
  { destruct (Nat.ltb t (depth P)); [| discriminate]. intros H'; injection H' as <-. reflexivity. }
  destruct (Nat.eqb_spec i (argument_carry P)).
  { destruct t; [discriminate |]. destruct (Nat.ltb (S t) (depth P)); [| discriminate]. intros H'; injection H' as <-. reflexivity. }
  destruct (Nat.eqb_spec i (sum_carry P)).
  { destruct (Nat.ltb t 2); [discriminate |]. intros H'; injection H' as <-. reflexivity. }
  unfold first_sine, sum_carry, argument_carry in *. lia.
Qed.

Lemma two_sines : forall t, (length (filter is_sine (built_layer t)) <= 2)%nat.
Proof.
  intros t. unfold built_layer. replace (width P) with (first_sine P + 2)%nat by (unfold width, first_sine; lia).
  rewrite seq_app, flat_map_app, filter_app, app_length.
  assert (Z : filter is_sine (flat_map (fun i => listed (expected P t i)) (seq 0 (first_sine P))) = []).
  { assert (G : forall l, (forall i, In i l -> (i < first_sine P)%nat) -> filter is_sine (flat_map (fun i => listed (expected P t i)) l) = []).
    { induction l as [| i l IH]; intros H; [reflexivity |]. cbn [flat_map]. rewrite filter_app, IH by (intros; apply H; right; assumption).
      destruct (expected P t i) as [u |] eqn:E; [| reflexivity]. cbn [listed filter].
      rewrite (no_sine t i u) by (try exact E; apply H; left; reflexivity). reflexivity. }
    apply G. intros i Hi. apply in_seq in Hi. lia. }
  rewrite Z. cbn [length Nat.add seq flat_map].
  destruct (expected P t (first_sine P)) as [u |], (expected P t (S (first_sine P))) as [u' |]; cbn [listed app filter];
    repeat match goal with |- context [is_sine ?u] => destruct (is_sine u) end; cbn [length]; lia.
Qed.

(* Of the width 2dN + d + 2 of the theorem, 2d - 2 places stay free. *)
Lemma width_fits : (1 <= dimension P)%nat -> (1 <= base P)%nat -> (width P <= 2 * dimension P * base P + dimension P + 2)%nat.
Proof. unfold width, carries. nia. Qed.

Theorem build_shaped : (1 <= dimension P)%nat -> (1 <= base P)%nat ->
  shaped (real_network build) (depth P + 2) (2 * dimension P * base P + dimension P + 2).
Proof.
  intros Hd HN. unfold shaped, real_network, build. cbn [hidden]. split; [rewrite !map_length, seq_length; reflexivity |].
  intros layer H. apply in_map_iff in H. destruct H as [exact [<- H]]. apply in_map_iff in H. destruct H as [t [<- _]].
  assert (Indices : map index (map real_unit (built_layer t)) = map index (built_layer t)) by (rewrite map_map; reflexivity).
  split; [rewrite Indices; apply built_distinct |]. split.
  - intros u Hu. apply in_map_iff in Hu. destruct Hu as [v [<- Hv]]. assert (I := built_index t v Hv). assert (W := width_fits Hd HN).
    cbn [real_unit index]. lia.
  - assert (S : forall l, length (filter is_sine (map real_unit l)) = length (filter is_sine l)).
    { induction l as [| u l IH]; [reflexivity |]. cbn [map filter]. change (is_sine (real_unit u)) with (is_sine u).
      destruct (is_sine u); cbn [length]; rewrite IH; reflexivity. }
    rewrite S. apply two_sines.
Qed.

End Build.

(* ---- less depth ---- *)

(* The same construction with L' levels. *)
Definition shallower (P : parameters) (levels : nat) : parameters :=
  (Parameters (base P) (dimension P) levels (ramp P) (spacing P) (multipliers P) (amplitudes P) (start P) (offset P)).

Definition prefix {W : Type} (levels : nat) (net : network W) : network W :=
  Layered (firstn (levels + 2) (hidden net)) (firstn levels (readouts net)).

(* The layers 1..L' are the same; in the layers L' + 1 and L' + 2 the units of the deeper levels are missing. *)
Theorem shallower_units : forall P levels t i, (levels <= depth P)%nat ->
  ((t < levels)%nat -> expected (shallower P levels) t i = expected P t i) /\
  forall u, expected (shallower P levels) t i = Some u -> expected P t i = Some u.
Proof.
  intros P levels t i H. unfold expected. cbn [depth shallower].
  change (carries (shallower P levels)) with (carries P). change (argument_carry (shallower P levels)) with (argument_carry P).
  change (sum_carry (shallower P levels)) with (sum_carry P). change (first_sine (shallower P levels)) with (first_sine P).
  change (argument (shallower P levels)) with (argument P). change (sum_unit (shallower P levels)) with (sum_unit P).
  change (step_unit (shallower P levels)) with (step_unit P). change (coordinate (shallower P levels)) with (coordinate P).
  change (sine_weight (shallower P levels)) with (sine_weight P).
  assert (E : (t < levels)%nat -> Nat.ltb t levels = Nat.ltb t (depth P)).
  { intros L. rewrite (proj2 (Nat.ltb_lt t levels) L). symmetry. apply Nat.ltb_lt. lia. }
  assert (E' : (t < levels)%nat -> Nat.leb t levels = Nat.leb t (depth P)).
  { intros L. rewrite (proj2 (Nat.leb_le t levels)) by lia. symmetry. apply Nat.leb_le. lia. }
  split; [intros L; rewrite E, E' by exact L; reflexivity |]. intros u.
  assert (T : Nat.ltb t levels = true -> Nat.ltb t (depth P) = true) by (rewrite !Nat.ltb_lt; lia).
  assert (T' : Nat.leb t levels = true -> Nat.leb t (depth P) = true) by (rewrite !Nat.leb_le; lia).
  destruct (Nat.ltb t levels); [rewrite T by reflexivity | destruct (Nat.ltb i (carries P)); [discriminate |];
    destruct (Nat.ltb i (argument_carry P)); [discriminate |]; destruct (Nat.eqb i (argument_carry P)); [destruct t; discriminate |]];
    (destruct (Nat.leb t levels); [rewrite T' by reflexivity; auto |]);
    destruct (Nat.ltb i (carries P)); auto; destruct (Nat.ltb i (argument_carry P)); auto;
    destruct (Nat.eqb i (argument_carry P)); auto; destruct (Nat.eqb i (sum_carry P)); auto;
    destruct (Nat.eqb i (first_sine P)); auto; destruct t; discriminate.
Qed.

(* No readout reads a layer after its own: what follows can be cut off. *)
Theorem prefix_readout : forall (net : network R) levels l x, (1 <= l <= levels)%nat ->
  readout (prefix levels net) l x = readout net l x.
Proof.
  intros net levels l x Hl. unfold readout, prefix. cbn [hidden readouts]. rewrite firstn_firstn.
  replace (Nat.min (l + 2) (levels + 2)) with (l + 2)%nat by lia. f_equal.
  rewrite <- (firstn_skipn levels (readouts net)) at 2. destruct (Nat.lt_ge_cases (l - 1) (length (firstn levels (readouts net)))) as [L | L].
  - rewrite app_nth1 by exact L. reflexivity.
  - rewrite firstn_length in L. rewrite !nth_overflow; try rewrite app_length, firstn_length, skipn_length; try rewrite firstn_length; try reflexivity; lia.
Qed.

Theorem prefix_shaped : forall (net : network R) layers units levels, shaped net (layers + 2) units -> (levels <= layers)%nat ->
  shaped (prefix levels net) (levels + 2) units.
Proof.
  intros net layers units levels [Len H] Hl. unfold shaped, prefix. cbn [hidden]. split; [rewrite firstn_length; lia |].
  intros layer I. apply H. rewrite <- (firstn_skipn (levels + 2) (hidden net)). apply in_or_app. left. exact I.
Qed.
