------------------------------- MODULE Ordering -------------------------------
(* How deliveries of one ordering key (a subscription and a citizen) go out one at a time, in the order of the changes,
   with several workers and whatever an operator does meanwhile. It is the protocol of src/outbox/ordering.ts,
   src/outbox/ordering-key.ts and src/outbox/transitions.ts, of src/delivery/attempt/{load,begin,record}.ts and of
   workflows/deliver-webhook.

   Each action is one statement or transaction of the database, one message of Temporal's, or one event at the receiver.
   What row locks make of two statements that overlap is taken for granted here; test/model runs the real ones.
   Times are left out: a wait can always be over, so whatever holds here holds for every length of a wait. *)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS
  Workers,
  \* How often each may happen in a history.
  MaxChanges, MaxPauses, MaxResends, MaxCancels, MaxResyncs, MaxCrashes, MaxStalls, MaxLosses,
  RenderedWhenSent,  \* TRUE: the body is the state of the moment (Effective Permissions); FALSE: it was fixed (receipts).
  \* The rules. TRUE is how it is; FALSE leaves the rule out, and shows what it is for.
  KeyWaits,          \* An attempt takes the ordering key, and none begins while another one has it.
  ResendKeepsUp,     \* What is sent again carries the highest number that the ordering key was sent, and no higher one.
  BeginsFresh,       \* No attempt begins with less than what has been sent, nor of a delivery that changed since it was loaded.
  ResyncSeesBegun,   \* A resync passes over nobody whose unfinished delivery has begun.
  ParkLooksAgain,    \* A delivery goes to sleep only if what it waits for is still there.
  FinishWakes        \* Who finishes a delivery wakes the next one.

ASSUME RenderedWhenSent \in BOOLEAN /\ {KeyWaits, ResendKeepsUp, BeginsFresh, ResyncSeesBegun} \subseteq BOOLEAN

Deliveries == 1 .. (MaxChanges + MaxResyncs)
NoRequest == 0
Nobody == "nobody"

VARIABLES
  \* In the database.
  subscription,  \* "active", "paused"
  latest,        \* number of the citizen's latest change
  delivery,      \* of each: status, sequence, resent, entry (of the outbox), begun, open (its latest attempt has no outcome)
  \* The row of the ordering key.
  key,           \* the attempt that has it: at ("free", "taken", "over": its request's time has passed), of which delivery, and whether one waits for its end
  sent,          \* the highest number that an attempt of the ordering key has begun with
  \* In Temporal.
  workflow,      \* of each: at ("none", "ready", "working", "asleep"), signalled, cancelled
  \* In the workers' memory.
  worker,        \* of each: at ("idle", "loaded", "rendered", "parking", "sending", "answered", "unsure"), what it has loaded, and whether its attempt has the key
  \* On the way to the receiver, and there.
  flying,        \* requests
  arrived,       \* number of the latest one that arrived
  fell,          \* it was lower than the one before
  accepted,      \* the highest number answered with a 2xx
  \* For the checks.
  owed,          \* what the receiver has to hear of in the end
  left           \* how often each may still happen

vars == <<subscription, latest, delivery, key, sent, workflow, worker, flying, arrived, fell, accepted, owed, left>>

\* Workers are alike.
Symmetry == Permutations(Workers)

Finished == {"delivered", "cancelled"}
Max(a, b) == IF a > b THEN a ELSE b
Exists(d) == delivery[d].status /= "none"
Unfinished(d) == Exists(d) /\ delivery[d].status \notin Finished
Made == {d \in Deliveries : Exists(d)}
Earlier(d) == {e \in Deliveries : e < d /\ Unfinished(e)}
Later(d) == {e \in Deliveries : e > d /\ Unfinished(e)}
Least(S) == CHOOSE d \in S : \A e \in S : d <= e
Greatest(S) == CHOOSE d \in S : \A e \in S : d >= e
Blocked(d) == Earlier(d) /= {}

Idle == [at |-> "idle", of |-> 0, number |-> 0, parks |-> "", fresh |-> TRUE, sole |-> TRUE, stalled |-> FALSE, ok |-> FALSE,
         holds |-> FALSE, same |-> TRUE]
FreeKey == [at |-> "free", of |-> 0, awaited |-> FALSE]

Init ==
  /\ subscription = "active"
  /\ latest = 0
  /\ delivery = [d \in Deliveries |->
       [status |-> "none", sequence |-> 0, resent |-> FALSE, entry |-> "none", begun |-> FALSE, open |-> FALSE]]
  /\ key = FreeKey
  /\ sent = 0
  /\ workflow = [d \in Deliveries |-> [at |-> "none", signalled |-> FALSE, cancelled |-> FALSE]]
  /\ worker = [w \in Workers |-> Idle]
  /\ flying = {}
  /\ arrived = 0
  /\ fell = FALSE
  /\ accepted = 0
  /\ owed = 0
  /\ left = [changes |-> MaxChanges, pauses |-> MaxPauses, resends |-> MaxResends, cancels |-> MaxCancels,
             resyncs |-> MaxResyncs, crashes |-> MaxCrashes, stalls |-> MaxStalls, losses |-> MaxLosses]

Spend(what) == left[what] > 0 /\ left' = [left EXCEPT ![what] = @ - 1]

-------------------------------------------------------------------------------
(* Entries of the outbox. A new one has a new version: who loaded the row before can't acknowledge it. *)

Signalled(row) == [row EXCEPT !.entry = IF @ = "start" THEN "start" ELSE "signal"]
Aged(workers, those) == [w \in Workers |-> IF workers[w].of \in those THEN [workers[w] EXCEPT !.fresh = FALSE] ELSE workers[w]]
Acknowledged(row, fresh) == IF fresh THEN [row EXCEPT !.entry = "none"] ELSE row

\* The next unfinished delivery after one that is finished; none, where nobody is woken.
Next_(d) == IF FinishWakes /\ Later(d) /= {} THEN {Least(Later(d))} ELSE {}
WithSignals(rows, those) == [d \in Deliveries |-> IF d \in those THEN Signalled(rows[d]) ELSE rows[d]]

-------------------------------------------------------------------------------
(* What callers and operators do. *)

New(sequence) == [status |-> "pending", sequence |-> sequence, resent |-> FALSE, entry |-> "start", begun |-> FALSE, open |-> FALSE]
Place == Cardinality(Made) + 1

\* A change is skipped while the subscription is paused. Else a sleeping delivery of the key gets a cycle at once.
Record ==
  /\ Spend("changes")
  /\ latest' = latest + 1
  /\ IF subscription = "active"
       THEN LET woken == {d \in Made : delivery[d].status = "waiting" /\ delivery[d].entry = "none"} IN
            /\ delivery' = [WithSignals(delivery, woken) EXCEPT ![Place] = New(latest + 1)]
            /\ worker' = Aged(worker, woken)
            /\ owed' = latest + 1
       ELSE UNCHANGED <<delivery, worker, owed>>
  /\ UNCHANGED <<subscription, key, sent, workflow, flying, arrived, fell, accepted>>

SetSubscription(to) ==
  LET told == {d \in Made : Unfinished(d) /\ delivery[d].status /= "blocked"
                            /\ (delivery[d].entry /= "start" \/ delivery[d].status /= "pending")} IN
  /\ subscription' = to
  /\ delivery' = [d \in Deliveries |-> IF d \in told THEN [delivery[d] EXCEPT !.entry = "signal"] ELSE delivery[d]]
  /\ worker' = Aged(worker, told)
  /\ UNCHANGED <<latest, key, sent, workflow, flying, arrived, fell, accepted, owed>>

Pause == subscription = "active" /\ Spend("pauses") /\ SetSubscription("paused")
Resume == subscription = "paused" /\ SetSubscription("active") /\ UNCHANGED left

Resend(d) ==
  /\ Exists(d) /\ delivery[d].status \in Finished /\ delivery[d].entry /= "cancel"
  /\ Spend("resends")
  /\ delivery' = [delivery EXCEPT ![d].status = "pending", ![d].resent = TRUE, ![d].entry = "start"]
  /\ worker' = Aged(worker, {d})
  /\ UNCHANGED <<subscription, latest, key, sent, workflow, flying, arrived, fell, accepted, owed>>

Cancel(d) ==
  /\ Unfinished(d)
  /\ Spend("cancels")
  /\ delivery' = WithSignals([delivery EXCEPT ![d].status = "cancelled", ![d].entry = "cancel"], Next_(d))
  /\ worker' = Aged(worker, {d} \cup Next_(d))
  /\ owed' = 0  \* the operator has decided that the receiver need not hear of it
  /\ UNCHANGED <<subscription, latest, key, sent, workflow, flying, arrived, fell, accepted>>

\* Only of Effective Permissions: the state of the moment as one more delivery, unless one that waits will send it.
Resync ==
  /\ RenderedWhenSent /\ subscription = "active" /\ latest > 0
  /\ Spend("resyncs")
  /\ owed' = latest
  /\ LET unsent == {d \in Made : Unfinished(d) /\ (ResyncSeesBegun => ~delivery[d].begun)} IN
     IF unsent /= {}
       THEN worker' = Aged(worker, unsent) /\ UNCHANGED delivery
       ELSE delivery' = [delivery EXCEPT ![Place] = New(latest)] /\ UNCHANGED worker
  /\ UNCHANGED <<subscription, latest, key, sent, workflow, flying, arrived, fell, accepted>>

-------------------------------------------------------------------------------
(* The dispatcher, reconciliation, and Temporal. *)

Wake(flow) ==
  CASE flow.at = "asleep" -> [flow EXCEPT !.at = "ready"]
    [] flow.at = "working" -> [flow EXCEPT !.signalled = TRUE]
    [] OTHER -> flow

\* A start is acknowledged by the first look. A dispatcher that dies before it acknowledges something leaves it to be told again.
Dispatch(d) ==
  LET row == delivery[d]
      runs == workflow[d].at /= "none"
      acknowledged == delivery' = [delivery EXCEPT ![d].entry = "none"] /\ UNCHANGED left
      again == UNCHANGED delivery /\ Spend("crashes")
  IN
  /\ CASE row.entry = "start" /\ ~runs ->
            workflow' = [workflow EXCEPT ![d].at = "ready"] /\ UNCHANGED <<delivery, left>>
       [] row.entry = "start" /\ runs ->
            /\ workflow' = [workflow EXCEPT ![d] = Wake(@)]
            /\ IF row.resent THEN workflow' /= workflow /\ UNCHANGED <<delivery, left>> ELSE acknowledged \/ again
       [] row.entry = "signal" ->
            /\ workflow' = [workflow EXCEPT ![d] = IF runs THEN Wake(@) ELSE [@ EXCEPT !.at = "ready"]]
            /\ acknowledged \/ again
       [] row.entry = "cancel" ->
            workflow' = [workflow EXCEPT ![d].cancelled = runs] /\ (acknowledged \/ again)
       [] OTHER -> FALSE
  /\ UNCHANGED <<subscription, latest, key, sent, worker, flying, arrived, fell, accepted, owed>>

Forget(d) ==
  /\ workflow[d].at /= "none" /\ Spend("losses")
  /\ workflow' = [workflow EXCEPT ![d] = [at |-> "none", signalled |-> FALSE, cancelled |-> FALSE]]
  /\ worker' = [w \in Workers |-> IF worker[w].of = d THEN [worker[w] EXCEPT !.stalled = TRUE] ELSE worker[w]]
  /\ UNCHANGED <<subscription, latest, delivery, key, sent, flying, arrived, fell, accepted, owed>>

Reconcile(d) ==
  /\ Unfinished(d) /\ delivery[d].entry = "none" /\ workflow[d].at = "none"
  /\ delivery' = [delivery EXCEPT ![d].entry = "start"]
  /\ worker' = Aged(worker, {d})
  /\ UNCHANGED <<subscription, latest, key, sent, workflow, flying, arrived, fell, accepted, owed, left>>

\* A cancelled workflow ends once nothing of it is under way.
EndCancelled(d) ==
  /\ workflow[d].cancelled /\ workflow[d].at \in {"ready", "asleep"}
  /\ workflow' = [workflow EXCEPT ![d] = [at |-> "none", signalled |-> FALSE, cancelled |-> FALSE]]
  /\ IF Unfinished(d) /\ delivery[d].entry /= "start"
       THEN /\ delivery' = WithSignals([delivery EXCEPT ![d].status = "cancelled", ![d].entry = "none"], Next_(d))
            /\ worker' = Aged(worker, {d} \cup Next_(d))
       ELSE UNCHANGED <<delivery, worker>>
  /\ UNCHANGED <<subscription, latest, key, sent, flying, arrived, fell, accepted, owed, left>>

-------------------------------------------------------------------------------
(* An attempt: load, render, begin, POST, record. A step that changes nothing is left out. *)

\* The key is another's, or nobody's, from now on: who has seen the attempt that had it finds another one there.
Unseen(workers) == [w \in Workers |-> [workers[w] EXCEPT !.same = FALSE]]
Lost(workers) == [w \in Workers |-> [workers[w] EXCEPT !.same = FALSE, !.holds = FALSE]]

\* Who is told that the attempt is over: the earliest unfinished delivery of the key, if one waits for it.
AwaitsKey(rows) ==
  LET those == {d \in Deliveries : rows[d].status \notin (Finished \cup {"none"})} IN
  IF key.awaited /\ those /= {} /\ rows[Least(those)].status = "blocked" THEN {Least(those)} ELSE {}

Number(row) ==
  CASE RenderedWhenSent -> 0  \* read later
    [] ~row.resent -> row.sequence
    [] ResendKeepsUp -> Max(row.sequence, sent)
    [] OTHER -> latest

\* Requests that must be over first: of the delivery itself, and of others of the ordering key. Version 0.1 had no key.
InFlight(d) == IF KeyWaits THEN key.at = "taken" /\ key.of = d ELSE delivery[d].open
InFlightElsewhere(d) ==
  IF KeyWaits THEN key.at = "taken" /\ key.of /= d
  ELSE \E e \in Made : e < d /\ delivery[e].open /\ delivery[e].status = "cancelled"

Decision(d) ==
  CASE ~Unfinished(d) -> "finished"
    [] InFlight(d) -> "busy"
    [] subscription = "paused" -> "paused"
    [] Blocked(d) -> "blocked"
    [] InFlightElsewhere(d) -> IF KeyWaits THEN "behind" ELSE "busy"
    [] OTHER -> "go"

Load(w, d) ==
  LET decision == Decision(d)
      takes(at, number, parks) ==
        /\ workflow' = [workflow EXCEPT ![d].at = "working", ![d].signalled = FALSE]
        /\ worker' = [worker EXCEPT ![w] =
             [Idle EXCEPT !.at = at, !.of = d, !.number = number, !.parks = parks]]
        /\ UNCHANGED delivery
  IN
  /\ worker[w].at = "idle" /\ workflow[d].at = "ready" /\ ~workflow[d].cancelled
  /\ CASE decision = "finished" ->
            workflow' = [workflow EXCEPT ![d].at = "none", ![d].signalled = FALSE] /\ UNCHANGED <<delivery, worker>>
       [] decision = "busy" ->  \* and looks again after a while
            /\ delivery[d].entry /= "none"
            /\ delivery' = [delivery EXCEPT ![d].entry = "none"]
            /\ UNCHANGED <<workflow, worker>>
       [] decision = "go" -> takes(IF RenderedWhenSent THEN "loaded" ELSE "rendered", Number(delivery[d]), "")
       [] OTHER -> takes("parking", 0, decision)
  /\ UNCHANGED <<subscription, latest, key, sent, flying, arrived, fell, accepted, owed, left>>

Render(w) ==
  /\ worker[w].at = "loaded"
  /\ worker' = [worker EXCEPT ![w].at = "rendered", ![w].number = latest]
  /\ UNCHANGED <<subscription, latest, delivery, key, sent, workflow, flying, arrived, fell, accepted, owed, left>>

\* The workflow goes on with what its worker tells it; nobody listens to a worker that Temporal has given up.
Goes(w, to) ==
  LET d == worker[w].of IN
  IF worker[w].stalled THEN workflow
  ELSE [workflow EXCEPT ![d].at = IF to = "asleep" /\ @ = "working" /\ workflow[d].signalled THEN "ready" ELSE to,
                        ![d].signalled = FALSE]

LookAgain(w) ==
  /\ workflow' = Goes(w, "ready")
  /\ worker' = [worker EXCEPT ![w] = Idle]
  /\ UNCHANGED <<delivery, sent, flying>>

\* Behind an attempt it looks again by itself once that is surely over: such a wait can always be over.
ParkBehind(w) ==
  LET d == worker[w].of IN
  /\ worker[w].at = "parking" /\ worker[w].parks = "behind"
  /\ IF Unfinished(d) /\ worker[w].same /\ key.at = "taken"
       THEN /\ key' = [key EXCEPT !.awaited = TRUE]
            /\ delivery' = [delivery EXCEPT ![d] = Acknowledged([@ EXCEPT !.status = "blocked"], worker[w].fresh)]
            /\ workflow' = Goes(w, "ready")
            /\ worker' = [worker EXCEPT ![w] = Idle]
            /\ UNCHANGED <<sent, flying>>
       ELSE LookAgain(w) /\ UNCHANGED key
  /\ UNCHANGED <<subscription, latest, arrived, fell, accepted, owed, left>>

Park(w) ==
  LET d == worker[w].of
      holds == IF worker[w].parks = "paused" THEN subscription = "paused" ELSE Blocked(d)
  IN
  /\ worker[w].at = "parking" /\ worker[w].parks /= "behind"
  /\ IF Unfinished(d) /\ (ParkLooksAgain => holds)
       THEN /\ delivery' = [delivery EXCEPT ![d] = Acknowledged([@ EXCEPT !.status = worker[w].parks], worker[w].fresh)]
            /\ workflow' = Goes(w, "asleep")
            /\ worker' = [worker EXCEPT ![w] = Idle]
            /\ UNCHANGED <<sent, flying>>
       ELSE LookAgain(w)
  /\ UNCHANGED <<subscription, latest, key, arrived, fell, accepted, owed, left>>

\* Writes the attempt down, and makes the request; or does not learn that it is written down, and makes none.
Begin(w) ==
  LET d == worker[w].of
      number == worker[w].number
      others == [v \in Workers |-> IF worker[v].of = d /\ v /= w THEN [worker[v] EXCEPT !.sole = FALSE] ELSE worker[v]]
  IN
  /\ worker[w].at = "rendered"
  /\ IF /\ Unfinished(d) /\ subscription = "active" /\ worker[w].sole
        /\ KeyWaits => ~Blocked(d) /\ key.at /= "taken"
        /\ BeginsFresh => number >= sent /\ worker[w].fresh
       THEN /\ delivery' = [delivery EXCEPT ![d] =
                 Acknowledged([@ EXCEPT !.status = "delivering", !.begun = TRUE, !.open = ~KeyWaits], worker[w].fresh)]
            /\ key' = IF KeyWaits THEN [at |-> "taken", of |-> d, awaited |-> FALSE] ELSE key
            /\ sent' = Max(sent, number)
            /\ UNCHANGED workflow
            /\ \/ /\ worker' = [Lost(others) EXCEPT ![w].at = "sending", ![w].holds = KeyWaits]
                  /\ flying' = flying \cup {[of |-> d, number |-> number, by |-> w]}
                  /\ UNCHANGED left
               \/ /\ worker' = [Lost(others) EXCEPT ![w].at = "unsure", ![w].holds = KeyWaits]
                  /\ Spend("crashes")
                  /\ UNCHANGED flying
       ELSE LookAgain(w) /\ UNCHANGED <<key, left>>
  /\ UNCHANGED <<subscription, latest, arrived, fell, accepted, owed>>

\* Nothing was sent: the attempt is closed, and the key is free.
GiveBack(w) ==
  LET d == worker[w].of
      told == IF worker[w].holds THEN AwaitsKey(delivery) ELSE {}
  IN
  /\ worker[w].at = "unsure"
  /\ key' = IF worker[w].holds THEN FreeKey ELSE key
  /\ delivery' = WithSignals([delivery EXCEPT ![d].open = FALSE], told)
  /\ workflow' = Goes(w, "ready")
  /\ worker' = [Aged(IF worker[w].holds THEN Unseen(worker) ELSE worker, told) EXCEPT ![w] = Idle]
  /\ UNCHANGED <<subscription, latest, sent, flying, arrived, fell, accepted, owed, left>>

\* A request arrives, and is answered by a 2xx or not.
Arrive(request) ==
  \E ok \in BOOLEAN :
    /\ flying' = flying \ {request}
    /\ worker' = IF request.by = Nobody THEN worker
                 ELSE [worker EXCEPT ![request.by].at = "answered", ![request.by].ok = ok, ![request.by].number = 0]
    /\ arrived' = request.number
    /\ fell' = (fell \/ request.number < arrived)
    /\ accepted' = IF ok THEN Max(accepted, request.number) ELSE accepted
    /\ UNCHANGED <<subscription, latest, delivery, key, sent, workflow, owed, left>>

\* A 2xx makes it delivered whatever has become of it meanwhile; a failure does nothing to a finished one.
RecordOutcome(w) ==
  LET d == worker[w].of
      row == [delivery[d] EXCEPT !.open = IF worker[w].sole THEN FALSE ELSE @]
      next == IF worker[w].ok \/ ~Unfinished(d) THEN Next_(d) ELSE {}
      kept == CASE worker[w].ok -> [row EXCEPT !.status = "delivered", !.entry = "none", !.resent = FALSE]
                [] ~worker[w].ok /\ Unfinished(d) -> [row EXCEPT !.status = "waiting"]
                [] OTHER -> row
      frees == worker[w].holds
      told == next \cup (IF frees THEN AwaitsKey([delivery EXCEPT ![d] = kept]) ELSE {})
  IN
  /\ worker[w].at = "answered"
  /\ key' = IF frees THEN FreeKey ELSE key
  /\ delivery' = WithSignals([delivery EXCEPT ![d] = kept], told)
  /\ workflow' = Goes(w, IF Unfinished(d) /\ ~worker[w].ok THEN "ready" ELSE "none")
  /\ worker' = [Aged(IF frees THEN Unseen(worker) ELSE worker, told \cup (IF worker[w].ok THEN {d} ELSE {})) EXCEPT ![w] = Idle]
  /\ UNCHANGED <<subscription, latest, sent, flying, arrived, fell, accepted, owed, left>>

-------------------------------------------------------------------------------
(* Faults. *)

\* A worker dies. Its request may still arrive.
Crash(w) ==
  /\ worker[w].at /= "idle" /\ Spend("crashes")
  /\ workflow' = Goes(w, "ready")
  /\ worker' = [worker EXCEPT ![w] = Idle]
  /\ flying' = {IF request.by = w THEN [request EXCEPT !.by = Nobody] ELSE request : request \in flying}
  /\ UNCHANGED <<subscription, latest, delivery, key, sent, arrived, fell, accepted, owed>>

\* A worker stops for so long that Temporal has its task done by another one, and then goes on.
Stall(w) ==
  /\ worker[w].at /= "idle" /\ ~worker[w].stalled /\ Spend("stalls")
  /\ workflow' = Goes(w, "ready")
  /\ worker' = [worker EXCEPT ![w].stalled = TRUE]
  /\ UNCHANGED <<subscription, latest, delivery, key, sent, flying, arrived, fell, accepted, owed>>

\* By now the request of an attempt without an outcome is surely over. It has the key until another takes that.
TimeOver(d) ==
  /\ InFlight(d) /\ \A request \in flying : request.of /= d
  /\ delivery' = [delivery EXCEPT ![d].open = FALSE]
  /\ key' = IF KeyWaits THEN [key EXCEPT !.at = "over"] ELSE key
  /\ UNCHANGED <<subscription, latest, sent, workflow, worker, flying, arrived, fell, accepted, owed, left>>

Next ==
  \/ Record \/ Pause \/ Resume \/ Resync
  \/ \E d \in Made : Resend(d) \/ Cancel(d) \/ Dispatch(d) \/ Forget(d) \/ Reconcile(d) \/ EndCancelled(d) \/ TimeOver(d)
  \/ \E w \in Workers : Render(w) \/ Park(w) \/ ParkBehind(w) \/ Begin(w) \/ GiveBack(w) \/ RecordOutcome(w) \/ Crash(w) \/ Stall(w)
  \/ \E w \in Workers, d \in Made : Load(w, d)
  \/ \E request \in flying : Arrive(request)

Spec == Init /\ [][Next]_vars

-------------------------------------------------------------------------------
(* What must hold in every state. *)

OneInFlight == Cardinality(flying) <= 1

NumberNeverFalls == ~fell

\* Whatever is unfinished has something that will go on with it.
NothingIsForgotten ==
  \A d \in Made : Unfinished(d) =>
    \/ delivery[d].entry /= "none"
    \/ workflow[d].at \in {"none", "ready", "working"}  \* without a workflow, reconciliation starts one
    \/ workflow[d].cancelled
    \/ delivery[d].status = "blocked" /\ Blocked(d)
    \/ delivery[d].status = "paused" /\ subscription = "paused"

\* Once all is done, the receiver has accepted the state that it was to be told.
ReceiverIsUpToDate ==
  ((\A d \in Made : ~Unfinished(d)) /\ \A w \in Workers : worker[w].at = "idle") => accepted >= owed

===============================================================================
