/*
 * The protocol of docs/protocol.md, for a machine that tries every order of its steps. README.md beside this file says
 * what is covered; bin/check-model runs it. A transaction is one atomic step and bears its name in the code. Between any
 * two of them an agent may die, lose its session, miss an answer, or act on what it read before.
 */

#define EVENTS 2     /* the first is accepted before the second */
#ifdef UNDO          /* what NO 2 and 3 take back, of 1 and 0, and NO 4 runs at the end */
#define TASKS 5
#else
#define TASKS 2
#endif
#define ORDERED 2
#define FINALLY 4
#define undoes(k) (3 - (k))
#define NODES 2      /* each has one agent, which may lead */

/* ---- Gates: what a transaction is refused for. WITHOUT="their numbers" takes them out -------------------------- */

hidden byte without[64];

#define NO_FENCE                           0
#define fence(a)               (without[NO_FENCE] || leader == term[a])
#define NO_ACCEPT_CHECK_NOT_EXISTS_EVENT   1
#define accept_no_event(e)     (without[NO_ACCEPT_CHECK_NOT_EXISTS_EVENT] || event_queue[e] == 0)
#define NO_ACCEPT_CHECK_NOT_EXISTS_RESULT  2
#define accept_no_result(e)    (without[NO_ACCEPT_CHECK_NOT_EXISTS_RESULT] || result[e] == NONE)
#define NO_DISPATCH_CHECK_INDEX            3
#define dispatch_index(e, i)   (without[NO_DISPATCH_CHECK_INDEX] || event_queue[e] == i)
#define NO_DISPATCH_CHECK_NOT_EXISTS       4
#define dispatch_no_result(e)  (without[NO_DISPATCH_CHECK_NOT_EXISTS] || result[e] == NONE)
#define NO_DROP_CHECK_INDEX                5
#define drop_index(e, i)       (without[NO_DROP_CHECK_INDEX] || event_queue[e] == i)
#define NO_DROP_CHECK_NOT_EXISTS           6
#define drop_no_result(e)      (without[NO_DROP_CHECK_NOT_EXISTS] || result[e] == NONE)
#define NO_PLAN_CAS                        7
#define plan_cas(i)            (without[NO_PLAN_CAS] || slot_index == i)
#define NO_CANCEL_CAS                      8
#define cancel_cas(i)          (without[NO_CANCEL_CAS] || slot_index == i)
#define NO_ASSIGN_CHECK_INDEX              9
#define assign_plan(i)         (without[NO_ASSIGN_CHECK_INDEX] || slot_index == i)
#define NO_ASSIGN_CHECK_NOT_EXISTS         10
#define assign_no_claim(x)     (without[NO_ASSIGN_CHECK_NOT_EXISTS] || claim[x].index == 0)
#define NO_SETTLE_CHECK_INDEX              11
#define settle_plan(i)         (without[NO_SETTLE_CHECK_INDEX] || slot_index == i)
#define NO_SETTLE_CAS                      12
#define settle_claim(x, i)     (without[NO_SETTLE_CAS] || claim[x].index == i)
#define NO_CLAIM_CHECK_INDEX               13
#define claim_assigned(n, i)   (without[NO_CLAIM_CHECK_INDEX] || assignment[n] == i)
#define NO_CLAIM_CHECK_NOT_EXISTS          14
#define claim_no_claim(x)      (without[NO_CLAIM_CHECK_NOT_EXISTS] || claim[x].index == 0)
#define NO_CLAIM_CHECK_NOT_EXISTS_RESULT   15
#define claim_no_result(x)     (without[NO_CLAIM_CHECK_NOT_EXISTS_RESULT] || node_result[x] == NONE)
#define NO_AGAIN_CHECK_INDEX               16
#define again_claim(x, i)      (without[NO_AGAIN_CHECK_INDEX] || claim[x].index == i)
#define NO_INTERRUPTED_CAS                 17
#define interrupted_claim(x, i) (without[NO_INTERRUPTED_CAS] || claim[x].index == i)
#define NO_FINISH_CHECK_SESSION            18
#define finish_session(x, s)   (without[NO_FINISH_CHECK_SESSION] || (claim[x].session == s && s != 0))
#define NO_FINISH_CHECK_INDEX              19
#define finish_index(x, i)     (without[NO_FINISH_CHECK_INDEX] || claim[x].index == i)
#define NO_RELOCK_CHECK_INDEX              20
#define relock_index(x, i)     (without[NO_RELOCK_CHECK_INDEX] || claim[x].index == i)
#define NO_DISPATCH_CAS                    21
#define dispatch_cas(i)        (without[NO_DISPATCH_CAS] || slot_index == i)
#define NO_BATCH_CAS                       25
#define batch_cas(i)           (without[NO_BATCH_CAS] || slot_index == i)
#define NO_BATCH_WHEN_ENDED                26
#define NO_GATE_FOR                        27
#define NO_GATE_ANEW                       28
#define NO_GATE_BROKEN                     29
#define NO_GATE_CAS                        30
#define gate_cas(i)            (without[NO_GATE_CAS] || slot_index == i)
#define NO_GATE_DEADLINE                   31
#define NO_UNDO_TAKEN                      32
#define NO_UNDO_ORDER                      33
#define NO_UNDO_STOPS                      34
#define NO_CLOSE_TAKEN                     35
#define NO_FINALLY_AFTER_CANCEL            36
#define NO_SEE_WHEN_IDLE                   37
#define NO_ENDED_IN_PLAN                   38
#define NO_LOOK_AT_RESULT                  22
#define NO_RELOCK_WHEN_TAKEN               23
#define NO_ASSIGN_ANEW                     24

/* ---- Promises: assertions name them by these, which say nothing else ---------------------------------------------- */

hidden byte promise_2, promise_3, promise_4, promise_5, promise_6;
hidden byte one_event_at_a_time;  /* order of events: dispatch's guard, no numbered promise */
hidden byte undo_of_the_taken;    /* on the very nodes that have claimed what it takes back, and all of them */
hidden byte undo_in_order;        /* the last task first, and none after one that failed */
hidden byte undo_when_ended;      /* and while nothing of it runs there any more */
hidden byte finally_always;       /* after success, failure, undo and cancellation */
hidden byte well_for_so_long;     /* nothing opens by a gate before one leader has seen all well for so long */
hidden byte as_long_as_it_may;    /* nor fails one before its deadline */
hidden byte a_batch_at_a_time;    /* of a task in batches; the next when all of the one before have ended */
hidden byte the_nodes_word;       /* a node does not call late what stands as it said it */
hidden byte the_living_are_not_lost; /* nor does the leader call lost what a node holds */

/* ---- What stands in Consul. An index is a ModifyIndex; 0 is no such key; none comes twice -------------------------- */

/* of results and claims */
#define NONE 0
#define INPROGRESS 1
#define SUCCESS 2
#define ERROR 3      /* lost, unreachable, overdue, interrupted, cancelled */
#define over(r) ((r) >= SUCCESS)

#define at(e, k, n) ((e) * TASKS * NODES + (k) * NODES + (n))
#define ITEMS (EVENTS * TASKS * NODES)

typedef Claim {
  byte index;
  byte session;      /* that locks it */
  byte incarnation;  /* that made it */
  byte outcome;
  byte writes;       /* goes on when the key is deleted */
  byte attempt
};

byte leader;         /* the session that locks it */
byte result[EVENTS];
byte task_result[EVENTS * TASKS];
byte node_result[ITEMS];

/* LAYOUT: each event that waits, and each claim, is a key of its own; the plan stands in a slot of the lane, what a node has
   to do in a slot of the node, and these are overwritten. The epoch in the keys of claims tells no two of them apart. */
byte event_queue[EVENTS];
byte event_writes[EVENTS];
byte slot_index;
byte slot;           /* the event in progress; EVENTS: there is none */
byte plan_no;
bit plan_open;
bit plan_cancelled;
bit plan_later;         /* the second node's batch is not open yet */
bit plan_gate;          /* it waits at its gate of health; the deadline stands */
byte plan_taken;        /* who had a claim of which ordered task, by bits */
bit plan_failed;
bit plan_obeyed;        /* the wish that it ends */
byte assignment[NODES]; /* index */
byte assigned[NODES];   /* the item; ITEMS: none */
Claim claim[ITEMS];

#define oldest_event (event_queue[0] != 0 -> 0 : (event_queue[1] != 0 -> 1 : EVENTS))
#define node_of(x) ((x) % NODES)
#define no_of(x) (((x) / NODES) % TASKS)
#define event_of(x) ((x) / (TASKS * NODES))
/* END OF LAYOUT */

/* ---- What agents believe; all but the session goes with the process ------------------------------------------------- */

byte generation[NODES];          /* of an agent's sessions */
#define session(a) (1 + (a) + NODES * generation[a])
bit live[NODES];                 /* Consul knows whether the session lives; the agent learns it by renew */
byte orphan[NODES];              /* a dead process's session, until Consul ends it */
byte incarnation[NODES];
bit gained[NODES];               /* claims that it holds are to be locked by the new session */

/* of a leader: decided by what it read, and not written yet */
#define NOTHING 0
#define DISPATCH 1
#define OPEN 2
#define FOLLOW 3
#define ASSIGN 4
#define SETTLE 5
#define CLOSE 6
#define BATCH 7
#define GATE 8
typedef Step {
  byte what;
  byte event;
  byte no;
  bit success;                   /* of the task, if it is closed */
  byte node;
  byte plan;                     /* index, as read */
  byte claim;                    /* likewise, of the node's */
  byte next;                     /* event to be dispatched, EVENTS if there is none */
  byte next_index
};
byte term[NODES];                /* the session by which it leads, 0 if it does not */
Step step[NODES];
byte old_view[NODES];            /* after a lost answer: the slot's index as it was empty, and 1; 0: it looks */
bit calm[NODES];                 /* has seen all well, and nothing else since */
Step slow[NODES];                /* one that another of its threads has decided, or the same one by an old view */

/* of a node: the task that it deals with */
#define IDLE 0
#define SEEN 1
#define INHERITED 2
#define RUNNING 3
#define FINISHING 4
#define RELOCKING 5
typedef Work {
  byte state;
  byte before;                   /* relocking */
  byte event;
  byte no;
  byte seen;                     /* index, as read */
  byte claim;                    /* index, as read or written last */
  byte by                        /* session that locked the claim last */
};
Work work[NODES];
#define mine(n) at(work[n].event, work[n].no, n)

/* of an operator who cancels */
byte wish_plan;                  /* index, as read; 0: no wish */
byte wish_event;
byte wish_no;
bit wish_open;
bit wish_later;

/* ---- For promises and bounds ----------------------------------------------------------------------------------------- */

bit accepted[EVENTS];
bit took[ITEMS];
bit seen_well[NODES];            /* what calm says, in truth */
bit finally_begun;
bit planned[EVENTS];
byte started[ITEMS];
byte running[ITEMS];             /* operations, also those that a dead process has left */

/* Bounds, from the environment: EVENTS, SENDS ... */
hidden byte events;              /* 1 or 2 */
hidden byte attempts;            /* of a task on a node; more than 1 is a retryable task */
hidden byte batched;             /* 1: each task goes over its nodes one by one */
hidden byte gated;               /* 1: each task has a gate of health */
byte flaps;                      /* of health, at gates */
bit sick;                        /* a node whose health is waited for */
bit late;                        /* the gate's deadline is over */
byte failures;                   /* of operations */
byte sends;                      /* of events, duplicates included */
byte faults;                     /* deaths, lost sessions, hand-overs, lost answers, verdicts for lack of time: together */
byte cancels;                    /* attempts of an operator to cancel or to drop */

/* An answer may be lost: then the writer knows no more than before. */
#define answer_lost faults > 0 -> faults--

/* ---- The sender, and the operator -------------------------------------------------------------------------------------- */

inline accept(e) {
  if
  :: accept_no_result(e) && accept_no_event(e) ->
     assert(promise_2 || !accepted[e]);
     accepted[e] = true;
     event_writes[e]++;
     event_queue[e] = event_writes[e]
  :: else
  fi
}

inline drop(e, index) {
  if
  :: drop_index(e, index) && drop_no_result(e) ->
     assert(promise_6 || result[e] == NONE);
     event_queue[e] = 0;
     result[e] = ERROR
  :: else
  fi
}

inline cancel() {
  if
  :: cancel_cas(wish_plan) && !plan_obeyed ->
     assert(promise_2 || slot == wish_event);
     assert(promise_3 || plan_no <= wish_no);
     slot_index++;
     slot = wish_event;
     plan_no = wish_no;
     plan_open = wish_open;
     plan_later = wish_later;
     plan_cancelled = true
  :: else
  fi;
  wish_plan = 0; wish_event = 0; wish_no = 0; wish_open = 0; wish_later = 0
}

active proctype Outside() {
  byte e, i;
endless:
  do
  :: atomic { sends > 0 -> sends--; accept(0) }
  :: atomic { sends > 0 && accepted[0] && events == 2 -> sends--; accept(1) }
#ifdef LIVENESS
  :: atomic { sends > 0 && accepted[events - 1] -> sends = 0 }
#endif
  :: atomic {
       cancels > 0 && wish_plan == 0 && slot != EVENTS && !plan_obeyed -> cancels--;
       wish_event = slot; wish_plan = slot_index; wish_no = plan_no; wish_open = plan_open; wish_later = plan_later
     }
  :: atomic { wish_plan != 0 -> cancel() }
  :: atomic {
       cancels > 0 && oldest_event != EVENTS && wish_plan == 0 -> cancels--;
       e = oldest_event; i = event_queue[e]
     };
     atomic { drop(e, i); e = 0; i = 0 }
#ifdef LIVENESS
  :: atomic { cancels > 0 && accepted[events - 1] -> cancels = 0 }
#endif
  od
}

/* ---- The leader ------------------------------------------------------------------------------------------------------------ */

inline forget(a) {
  step[a].what = NOTHING; step[a].event = 0; step[a].no = 0; step[a].success = false;
  step[a].node = 0; step[a].plan = 0; step[a].claim = 0; step[a].next = 0; step[a].next_index = 0
}

inline forget_slow(a) {
  slow[a].what = NOTHING; slow[a].event = 0; slow[a].no = 0; slow[a].success = false;
  slow[a].node = 0; slow[a].plan = 0; slow[a].claim = 0; slow[a].next = 0; slow[a].next_index = 0
}

inline copy(to, from) {
  to.what = from.what; to.event = from.event; to.no = from.no; to.success = from.success; to.node = from.node;
  to.plan = from.plan; to.claim = from.claim; to.next = from.next; to.next_index = from.next_index
}

inline leads(a) { assert(promise_5 || (term[a] != 0 && leader == term[a])) }

inline assign(x) { assignment[node_of(x)]++; assigned[node_of(x)] = x }

/* For whom a task is: an undo for those that had a claim of the task that it takes back. */
#define was_taken(k, n) ((plan_taken >> ((k) * NODES + (n))) & 1)
#define any_taken(k) (was_taken(k, 0) || was_taken(k, 1))
#define is_undo(k) ((k) >= ORDERED && (k) != FINALLY)
#define target(k, n) (!is_undo(k) || without[NO_UNDO_TAKEN] || was_taken(undoes(k), n))

/* A slot that is empty stays as it is. */
inline unassign(n) {
  if :: assigned[n] != ITEMS -> assignment[n]++; assigned[n] = ITEMS :: else fi
}

/* The first assignment comes with it; the other follows, as those do that do not fit into one transaction, or is the next batch. */
inline open(e, k) {
  assert(promise_2 || slot == e);
  assert(promise_6 || !over(task_result[e * TASKS + k]));
  plan_no = k;
  plan_open = true;
  task_result[e * TASKS + k] = INPROGRESS;
  if
  :: target(k, 0) -> assign(at(e, k, 0)); if :: !batched && target(k, 1) -> following = e :: else fi
  :: else -> assign(at(e, k, 1))
  fi;
  plan_later = (batched && target(k, 0) && target(k, 1) -> 1 : 0)
}

inline batch(e, k) {
  assert(promise_2 || slot == e);
  assert(promise_3 || (plan_no == k && plan_open && plan_later));
  assert(promise_6 || !over(task_result[e * TASKS + k]));
  slot_index++; slot = e; plan_no = k; plan_open = true; plan_cancelled = false; plan_later = false;
  plan_gate = false; late = false; sick = false;
  task_result[e * TASKS + k] = INPROGRESS;
  delete_claim(at(e, k, 0));
  assign(at(e, k, 1))
}

inline dispatch(e) {
  assert(promise_2 || (!planned[e] && accepted[e]));
  assert(promise_6 || result[e] == NONE);
  assert(one_event_at_a_time || slot == EVENTS);
  planned[e] = true;
  event_queue[e] = 0;
  result[e] = INPROGRESS;
  slot_index++; slot = e; plan_no = 0; plan_open = false; plan_cancelled = false; plan_later = false;
  plan_taken = 0; plan_failed = false; plan_obeyed = false;
  if :: open(e, 0) :: true fi
}

inline ended_on(x, how) {
  assert(promise_6 || !over(node_result[x]));
  assert(promise_6 || claim[x].outcome == NONE);
  node_result[x] = how;
  claim[x].writes++;
  claim[x].index = claim[x].writes;
  claim[x].outcome = how;
  unassign(node_of(x))
}

inline delete_claim(x) {
  claim[x].index = 0; claim[x].session = 0; claim[x].incarnation = 0; claim[x].outcome = NONE; claim[x].attempt = 0
}

/* The plan says how the first batch has ended, whose claim is gone: well, or there would be no second. */
#define by_plan(k, n) (n == 0 && batched && plan_open && !plan_later && target(k, 0) && target(k, 1) && !without[NO_ENDED_IN_PLAN])
#define ended_at(e, k, n) (!target(k, n) || by_plan(k, n) || over(claim[at(e, k, n)].outcome))
#define well_at(e, k, n) (!target(k, n) || by_plan(k, n) || claim[at(e, k, n)].outcome == SUCCESS)
#define all_over(e, k) (ended_at(e, k, 0) && (plan_later || ended_at(e, k, 1)))
#define all_well(e, k) (well_at(e, k, 0) && (plan_later || well_at(e, k, 1)))
#define at_gate(e, k) (gated && plan_open && !plan_cancelled && all_over(e, k) && all_well(e, k))
#define batch_due(e, k) (plan_open && plan_later && !plan_cancelled && \
  (claim[at(e, k, 0)].outcome == SUCCESS || without[NO_BATCH_WHEN_ENDED]))

inline gate(e, k) {
  assert(promise_2 || slot == e);
  assert(promise_3 || (plan_no == k && plan_open && all_over(e, k)));
  slot_index++; slot = e; plan_no = k; plan_open = true; plan_cancelled = false; plan_gate = true
}

#define back_at(e, k, n) (!took[at(e, undoes(k), n)] || node_result[at(e, k, n)] == SUCCESS)
#define claimed_at(e, k, n) (by_plan(k, n) || (claim[at(e, k, n)].attempt > 0 && \
  (!without[NO_CLOSE_TAKEN] || claim[at(e, k, n)].outcome == SUCCESS)) -> 1 : 0)

/* The task that follows; TASKS if none does. */
#ifdef UNDO
#define goes_back(k, well) (!plan_cancelled && (k < ORDERED -> !(well) : k != FINALLY && ((well) || without[NO_UNDO_STOPS])))
#define undo_after(k) (k < 2 && any_taken(1) -> 2 : (k < 3 && any_taken(0) -> 3 : FINALLY))
#define undo_ahead(k) (!without[NO_UNDO_ORDER] -> undo_after(k) : \
  (k < 2 && any_taken(0) -> 3 : (k == 3 && any_taken(1) -> 2 : FINALLY)))
#define last_after(k) (k == FINALLY || (plan_cancelled && without[NO_FINALLY_AFTER_CANCEL]) -> TASKS : FINALLY)
#define task_after(k, well) ((well) && k + 1 < ORDERED -> k + 1 : (goes_back(k, well) -> undo_ahead(k) : last_after(k)))
#else
#define task_after(k, well) ((well) && k < TASKS - 1 -> k + 1 : TASKS)
#endif

inline close(e, k, well) {
  assert(promise_2 || slot == e);
  assert(promise_3 || plan_no == k);
  assert(promise_3 || (plan_open -> all_over(e, k) : plan_cancelled));
  assert(promise_3 || !well || !plan_later);
  assert(promise_6 || !over(task_result[e * TASKS + k]));
  task_result[e * TASKS + k] = (well -> SUCCESS : ERROR);
  plan_gate = false; late = false; sick = false;
#ifdef UNDO
  assert(undo_of_the_taken || !well || !is_undo(k) || (back_at(e, k, 0) && back_at(e, k, 1)));
  plan_failed = plan_failed || !well;
  if
  :: k < ORDERED -> plan_taken = plan_taken | (claimed_at(e, k, 0) << (k * NODES)) | (claimed_at(e, k, 1) << (k * NODES + 1))
  :: else
  fi;
#endif
  delete_claim(at(e, k, 0)); delete_claim(at(e, k, 1))
}

/* Whether nothing but NO k is in progress. */
#define not_of(e, k) (node_result[at(e, k, 0)] != INPROGRESS && node_result[at(e, k, 1)] != INPROGRESS)
#ifdef UNDO
#define nothing_of(e, k) ((k == 0 || not_of(e, 0)) && (k == 1 || not_of(e, 1)) && (k == 2 || not_of(e, 2)) \
  && (k == 3 || not_of(e, 3)) && (k == 4 || not_of(e, 4)))
#else
#define nothing_of(e, k) ((k == 0 || not_of(e, 0)) && (k == 1 || not_of(e, 1)))
#endif

inline end(e, well) {
  assert(promise_6 || result[e] == INPROGRESS);
  assert(promise_6 || nothing_of(e, TASKS));
#ifdef UNDO
  assert(finally_always || finally_begun);
#endif
  result[e] = (well && !plan_failed -> SUCCESS : ERROR);
  plan_taken = 0; plan_failed = false; plan_obeyed = false;
  slot_index++; slot = EVENTS; plan_no = 0; plan_open = false; plan_cancelled = false; plan_later = false
}

#define untaken(x) (claim[x].index == 0)
#define open_claim(x) (claim[x].index != 0 && claim[x].outcome == NONE)
#define free(x) (open_claim(x) && claim[x].session == 0)
#define opened(x) ((!plan_later || node_of(x) == 0) && target(no_of(x), node_of(x)) && !by_plan(no_of(x), node_of(x)))
#define due(x) (opened(x) && undone(x))
#define undone(x) (free(x) || (untaken(x) && (plan_cancelled || (assigned[node_of(x)] != x && !without[NO_ASSIGN_ANEW]))))

inline judge(a, e, n) {
  step[a].node = n;
  step[a].what = (untaken(at(e, k, n)) && !plan_cancelled -> ASSIGN : SETTLE);
  if :: step[a].what == SETTLE -> step[a].claim = claim[at(e, k, n)].index :: else fi
}

inline give_up(a, e, n) {
  step[a].what = SETTLE; step[a].node = n; step[a].claim = claim[at(e, k, n)].index
}

/* Gates: the first look writes the deadline; it is passed when all was well at one look, and is still, without a break. */
inline look_at_gate(a, e) {
  if
  :: !plan_gate -> step[a].what = GATE
  :: plan_gate && !sick && (calm[a] || without[NO_GATE_FOR]) ->
     assert(well_for_so_long || seen_well[a]);
     step[a].success = !plan_later;
     step[a].what = (plan_later -> BATCH : CLOSE);
     if :: !plan_later -> next_too(a) :: else fi
  :: plan_gate && !(!sick && (calm[a] || without[NO_GATE_FOR])) && (late || without[NO_GATE_DEADLINE]) ->
     assert(as_long_as_it_may || late);
     step[a].what = CLOSE; next_too(a)
  :: plan_gate && !sick && !calm[a] && !late && !without[NO_GATE_FOR] && !without[NO_GATE_DEADLINE] ->
     calm[a] = true; seen_well[a] = true
  :: plan_gate && sick && !late && !without[NO_GATE_DEADLINE]
  fi
}

/* What is to be done, by what is read now: Advancer, or an event to dispatch. */
inline look(a) {
  e = (old_view[a] != 0 -> EVENTS : slot);
  if
  :: e == EVENTS && oldest_event == EVENTS -> old_view[a] = 0
  :: e == EVENTS && oldest_event != EVENTS ->
     step[a].what = DISPATCH; step[a].plan = (old_view[a] != 0 -> old_view[a] - 1 : slot_index); next_too(a);
     old_view[a] = 0
  :: e != EVENTS ->
     k = plan_no;
     if
     :: !plan_open && !plan_cancelled -> step[a].what = OPEN
     :: !plan_open && plan_cancelled -> step[a].what = CLOSE; next_too(a)
     :: at_gate(e, k) -> look_at_gate(a, e)
     :: batch_due(e, k) && !at_gate(e, k) -> step[a].what = BATCH
     :: plan_open && all_over(e, k) && !batch_due(e, k) && !at_gate(e, k) ->
        step[a].what = CLOSE;
        step[a].success = !plan_cancelled && !plan_later && all_well(e, k);
        next_too(a)
     :: else ->
        if
        :: due(at(e, k, 0)) -> judge(a, e, 0)
        :: due(at(e, k, 1)) -> judge(a, e, 1)
        :: opened(at(e, k, 0)) && !over(claim[at(e, k, 0)].outcome) && faults > 0 -> faults--; give_up(a, e, 0)
        :: opened(at(e, k, 1)) && !over(claim[at(e, k, 1)].outcome) && faults > 0 -> faults--; give_up(a, e, 1)
        :: !due(at(e, k, 0)) && !due(at(e, k, 1))
        fi
     fi;
     if :: step[a].what != NOTHING -> step[a].event = e; step[a].no = k; step[a].plan = slot_index :: else fi;
     k = 0
  fi;
  e = 0
}

inline next_too(a) {
  step[a].next = oldest_event;
  if :: step[a].next != EVENTS -> step[a].next_index = event_queue[step[a].next] :: else fi
}

/* Whether the writer hears that it was done. What follows in the same breath is the rest of an opening. */
inline written(a) {
  if
  :: forget(a);
     if
     :: following != EVENTS ->
        step[a].what = FOLLOW; step[a].event = following; step[a].no = plan_no; step[a].plan = slot_index
     :: else
     fi
  :: answer_lost;
     if :: step[a].what == DISPATCH -> old_view[a] = step[a].plan + 1; forget(a) :: else fi
  fi;
  following = EVENTS
}

#define holding(n) (work[n].state == RUNNING || work[n].state == FINISHING)
#define forsaken(n, x) (holding(n) && mine(n) == x && work[n].state != FINISHING && live[n] && !gained[n])

#define dispatchable(a) (step[a].next != EVENTS \
  && dispatch_index(step[a].next, step[a].next_index) && dispatch_no_result(step[a].next))

inline write(a) {
  e = step[a].event; k = step[a].no; n = step[a].node; next = step[a].next;
  if
  :: !fence(a) -> forget(a); forget_slow(a); term[a] = 0
  :: fence(a) && step[a].what == DISPATCH && dispatch_cas(step[a].plan) && dispatchable(a) ->
     leads(a); dispatch(next); written(a)
  :: fence(a) && step[a].what == DISPATCH && dispatch_cas(step[a].plan) && !dispatchable(a) -> recheck(next); forget(a)
  :: fence(a) && step[a].what == OPEN && plan_cas(step[a].plan) ->
     leads(a); slot_index++; slot = e; plan_cancelled = false; open(e, k); written(a)
  :: fence(a) && step[a].what == FOLLOW && assign_plan(step[a].plan) && assign_no_claim(at(e, k, 1)) ->
     leads(a); assign(at(e, k, 1)); written(a)
  :: fence(a) && step[a].what == ASSIGN && assign_plan(step[a].plan) && assign_no_claim(at(e, k, n)) ->
     leads(a); assign(at(e, k, n)); written(a)
  :: fence(a) && step[a].what == SETTLE && settle_plan(step[a].plan) && settle_claim(at(e, k, n), step[a].claim) ->
     leads(a);
     assert(the_living_are_not_lost || !free(at(e, k, n)) || !forsaken(n, at(e, k, n)));
     ended_on(at(e, k, n), ERROR); written(a)
  :: fence(a) && step[a].what == BATCH && batch_cas(step[a].plan) -> leads(a); batch(e, k); written(a)
  :: fence(a) && step[a].what == GATE && gate_cas(step[a].plan) -> leads(a); gate(e, k); written(a)
  :: fence(a) && step[a].what == CLOSE && plan_cas(step[a].plan) ->
     leads(a);
     close(e, k, step[a].success);
     to = task_after(k, step[a].success);
     if
     :: to < TASKS -> /* of an undo append undo, of NO 4 start finally */
        slot_index++; slot = e; plan_no = to; plan_open = false; plan_later = false;
        plan_obeyed = plan_obeyed || plan_cancelled; plan_cancelled = false;
        finally_begun = finally_begun || to == FINALLY;
        if :: open(e, to) :: true fi
     :: else ->
        end(e, step[a].success);
        if :: dispatchable(a) -> dispatch(next) :: else fi
     fi;
     to = 0;
     written(a)
  :: else -> forget(a)
  fi;
  e = 0; k = 0; n = 0; next = 0
}

inline recheck(e) {
  if :: event_queue[e] != 0 && result[e] != NONE -> event_queue[e] = 0 :: else fi
}

proctype Leader(byte a) {
  byte e, k, n, next, to;
  byte following = EVENTS;
endless:
  do
  :: atomic { /* lead; also one whose answer was lost */
       term[a] == 0 && live[a] && (leader == 0 || leader == session(a)) -> leader = session(a); term[a] = leader;
       calm[a] = without[NO_GATE_ANEW] && calm[1 - a]; seen_well[a] = false }
  :: atomic { term[a] != 0 && step[a].what == NOTHING -> look(a) }
  :: atomic { term[a] != 0 && step[a].what != NOTHING -> write(a) }
  :: atomic { step[a].what != NOTHING && slow[a].what == NOTHING && faults > 0 ->
       faults--; copy(slow[a], step[a]); forget(a) }
  :: atomic { step[a].what == NOTHING && slow[a].what != NOTHING ->
       copy(step[a], slow[a]); forget_slow(a) }
  od
}

/* ---- A node -------------------------------------------------------------------------------------------------------------- */

inline rest(n) {
  work[n].state = IDLE; work[n].before = IDLE; work[n].event = 0; work[n].no = 0;
  work[n].seen = 0; work[n].claim = 0; work[n].by = 0
}

/* Of an event's tasks what else runs on a node, also what a dead process has left. */
#define runs(e, k, n) (running[at(e, k, n)] > 0)
#ifdef UNDO
#define idle(n, e, k) ((k == 0 || !runs(e, 0, n)) && (k == 1 || !runs(e, 1, n)) && (k == 2 || !runs(e, 2, n)) \
  && (k == 3 || !runs(e, 3, n)) && (k == 4 || !runs(e, 4, n)))
#define may_see(n) (without[NO_SEE_WHEN_IDLE] || idle(n, event_of(assigned[n]), no_of(assigned[n])))
#define left(n, e, k) (runs(e, k, n) && !(work[n].state >= RUNNING && work[n].no == k))
#else
#define may_see(n) true
#endif

inline see(n) {
  work[n].state = SEEN; work[n].event = event_of(assigned[n]); work[n].no = no_of(assigned[n]);
  work[n].seen = assignment[n]
}

#define lockable(n, x) (claim[x].session == 0 || claim[x].session == session(n))

inline lock_claim(n, x) {
  claim[x].session = session(n);
  claim[x].writes++;
  claim[x].index = claim[x].writes
}

#define before_has_ended(x) (over(node_result[x]) && over(node_result[x + 1]) && over(task_result[(x) / NODES]))

/* The operation starts at once: what comes between the two is as if it came after it. */
inline hold(n, x) {
  assert(promise_4 || (running[x] == 0 && started[x] < attempts));
#ifdef UNDO
  assert(promise_3 || nothing_of(work[n].event, work[n].no));
  assert(undo_when_ended || idle(n, work[n].event, work[n].no));
#else
  assert(promise_3 || work[n].no == 0 || before_has_ended(x - NODES - n));
#endif
  started[x]++;
  running[x]++;
  work[n].state = RUNNING; work[n].claim = claim[x].index; work[n].by = claim[x].session
}

#define other(n, x) ((x) - (n) + 1 - (n))
#define own(n, x) (open_claim(x) && claim[x].incarnation == incarnation[n])

inline claimed(n, x, nth) {
  assert(promise_3 || task_result[x / NODES] == INPROGRESS);
  assert(promise_6 || !over(node_result[x]));
  assert(a_batch_at_a_time || !batched || !open_claim(other(n, x)));
  assert(a_batch_at_a_time || !batched || n == 0 || over(node_result[other(n, x)]));
#ifdef UNDO
  assert(undo_of_the_taken || !is_undo(no_of(x)) || took[at(event_of(x), undoes(no_of(x)), n)]);
  assert(undo_in_order || no_of(x) != 3 || (back_at(event_of(x), 2, 0) && back_at(event_of(x), 2, 1)));
#endif
  took[x] = true;
  lock_claim(n, x);
  claim[x].incarnation = incarnation[n];
  claim[x].outcome = NONE;
  claim[x].attempt = nth;
  node_result[x] = INPROGRESS
}

inline take(n) {
  x = mine(n);
  if
  :: live[n] && claim_assigned(n, work[n].seen) && claim_no_claim(x) && claim_no_result(x) &&
        lockable(n, x) ->
     claimed(n, x, 1);
     if :: hold(n, x) :: answer_lost fi
  :: else -> /* refused: looks at the claim */
     if
     :: own(n, x) -> hold(n, x); /* its answer was lost */
        gained[n] = gained[n] || (claim[x].session != session(n) && !without[NO_RELOCK_WHEN_TAKEN])
     :: free(x) && !own(n, x) -> running[x] = 0; work[n].state = INHERITED; work[n].claim = claim[x].index
     :: untaken(x) && over(node_result[x]) -> /* restore */
        if :: assignment[n] == work[n].seen -> unassign(n) :: else fi;
        rest(n)
     :: else -> rest(n)
     fi
  fi;
  x = 0
}

inline inherit(n) {
  x = mine(n);
  if
  :: claim[x].attempt < attempts && claim[x].index != 0 -> /* again: a further claim */
     if
     :: live[n] && claim_assigned(n, work[n].seen) && again_claim(x, work[n].claim) && lockable(n, x) ->
        claimed(n, x, claim[x].attempt + 1);
        if :: hold(n, x) :: answer_lost; rest(n) fi
     :: else -> rest(n)
     fi
  :: else -> /* interrupted */
     if
     :: interrupted_claim(x, work[n].claim) -> ended_on(x, ERROR); rest(n)
     :: else -> rest(n)
     fi
  fi;
  x = 0
}

inline finish(n) {
  x = mine(n);
  if
  :: work[n].state == RUNNING -> running[x]--; work[n].state = FINISHING
  :: else
  fi;
  if
  :: finish_session(x, work[n].by) && finish_index(x, work[n].claim) ->
     assert(promise_5 || (claim[x].session == session(n) && live[n]));
     if :: ended_on(x, SUCCESS) :: failures > 0 -> failures--; ended_on(x, ERROR) fi;
     claim[x].session = 0;
     if :: rest(n) :: answer_lost fi
  :: else -> /* refused: looks at the claim */
     if
     :: own(n, x) && lockable(n, x) ->
        work[n].before = FINISHING; work[n].state = RELOCKING; work[n].claim = claim[x].index
     :: own(n, x) && claim[x].session != 0 && claim[x].session != session(n)
     :: over(claim[x].outcome) -> rest(n) /* recorded, or late */
     :: untaken(x) ->
        assert(the_nodes_word || !without[NO_LOOK_AT_RESULT] || node_result[x] != SUCCESS);
        rest(n)
     :: open_claim(x) && !own(n, x) -> rest(n)
     fi
  fi;
  x = 0
}

inline relock(n) {
  x = mine(n);
  if
  :: live[n] && relock_index(x, work[n].claim) && lockable(n, x) ->
     assert(promise_6 || claim[x].outcome == NONE);
     claim[x].outcome = NONE;
     lock_claim(n, x);
     if :: work[n].claim = claim[x].index; work[n].by = claim[x].session :: answer_lost fi
  :: else
  fi;
  work[n].state = work[n].before; work[n].before = IDLE;
  x = 0
}

proctype Node(byte n) {
  byte x;
endless:
  do
  :: atomic { work[n].state == IDLE && assigned[n] != ITEMS && may_see(n) -> see(n) }
#ifdef UNDO
  :: atomic { left(n, 0, 0) -> running[at(0, 0, n)] = 0 } /* ends by itself */
  :: atomic { left(n, 0, 1) -> running[at(0, 1, n)] = 0 }
  :: atomic { left(n, 0, 2) -> running[at(0, 2, n)] = 0 }
  :: atomic { left(n, 0, 3) -> running[at(0, 3, n)] = 0 }
#endif
  :: atomic { work[n].state == SEEN -> take(n) }
  :: atomic { work[n].state == INHERITED -> inherit(n) }
  :: atomic { work[n].state == RUNNING || work[n].state == FINISHING -> finish(n) }
  :: atomic { work[n].state == RELOCKING -> relock(n) }
  :: atomic { gained[n] && live[n] && holding(n) && own(n, mine(n)) && free(mine(n)) ->
       work[n].before = work[n].state; work[n].state = RELOCKING; work[n].claim = claim[mine(n)].index }
  :: atomic { gained[n] && live[n] && work[n].state != RELOCKING && !(holding(n) && own(n, mine(n)) && free(mine(n))) ->
       gained[n] = false }
  od
}

/* ---- Sessions, and what goes wrong --------------------------------------------------------------------------------------- */

/* Consul ends a session: with it go all its locks. */
inline release(s) {
  if :: leader == s -> leader = 0 :: else fi;
  x = 0;
  do
  :: x < ITEMS ->
     if :: claim[x].session == s -> claim[x].session = 0 :: else fi;
     x++
  :: else -> break
  od;
  x = 0
}

inline renew(a) { generation[a]++; live[a] = true; gained[a] = holding(a); term[a] = 0; old_view[a] = 0; forget(a); forget_slow(a) }

proctype Sessions() {
  byte x;
endless:
  do
  :: atomic { !live[0] -> renew(0) }
  :: atomic { !live[1] -> renew(1) }
  :: d_step { orphan[0] != 0 -> release(orphan[0]); orphan[0] = 0 }
  :: d_step { orphan[1] != 0 -> release(orphan[1]); orphan[1] = 0 }
  od
}

inline lose(a) { live[a] = false; release(session(a)) }

inline crash(a) {
  if :: live[a] -> orphan[a] = session(a); live[a] = false :: else fi;
  incarnation[a]++;
  term[a] = 0; old_view[a] = 0;
  forget(a); forget_slow(a);
  rest(a)
}

inline hand_over(a) { leader = 0; term[a] = 0; old_view[a] = 0; forget(a); forget_slow(a) }

/* Of those whose health is waited for. The leader's watch tells it of each change. */
inline fall_sick() {
  sick = true; seen_well[0] = false; seen_well[1] = false;
  if :: !without[NO_GATE_BROKEN] -> calm[0] = false; calm[1] = false :: else fi
}

proctype Health() {
endless:
  do
  :: atomic { flaps > 0 && plan_gate && !sick -> flaps--; fall_sick() }
  :: atomic { sick -> sick = false }
  :: atomic { plan_gate && !late -> late = true }
  od
}

#define busy(a) (term[a] != 0 || work[a].state != IDLE) /* another has nothing to lose */

proctype Faults() {
  byte x;
endless:
  do
  :: d_step { faults > 0 && live[0] && busy(0) -> faults--; lose(0) }
  :: d_step { faults > 0 && live[1] && busy(1) -> faults--; lose(1) }
  :: d_step { faults > 0 && orphan[0] == 0 && busy(0) -> faults--; crash(0) }
  :: d_step { faults > 0 && orphan[1] == 0 && busy(1) -> faults--; crash(1) }
  :: d_step { faults > 0 && leader != 0 && leader == term[0] -> faults--; hand_over(0) }
  :: d_step { faults > 0 && leader != 0 && leader == term[1] -> faults--; hand_over(1) }
#ifdef LIVENESS
  :: d_step { faults > 0 -> faults = 0 } /* no more of them: fairness must not force any */
#endif
  od
}

init {
  atomic {
    c_code { char *w = getenv("WITHOUT"); while (*w) without[strtol(w, &w, 10)] = 1; };
    c_code { events = atoi(getenv("EVENTS")); };
    c_code { attempts = atoi(getenv("ATTEMPTS")); };
    c_code { batched = atoi(getenv("BATCHED")); };
    c_code { gated = atoi(getenv("GATED")); };
    c_code { now.flaps = atoi(getenv("FLAPS")); };
    c_code { now.failures = atoi(getenv("FAILURES")); };
    c_code { now.sends = atoi(getenv("SENDS")); };
    c_code { now.faults = atoi(getenv("FAULTS")); };
    c_code { now.cancels = atoi(getenv("CANCELS")); };
    slot = EVENTS; assigned[0] = ITEMS; assigned[1] = ITEMS;
    live[0] = true; live[1] = true;
    leader = session(0); term[0] = leader; /* agents are alike: one of them leads first */
    if :: gated -> run Health() :: else fi;
    run Sessions(); run Faults();
    run Leader(0); run Leader(1);
    run Node(0); run Node(1)
  }
}

#define done(e) (!accepted[e] || over(result[e]))
#define settled (done(0) && done(1))
#ifdef LIVENESS
ltl every_accepted_event_ends { [] <> settled }
#endif
