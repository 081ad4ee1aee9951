/*
 * The protocol of docs/protocol.md, for a machine that tries every order of its steps. README.md beside this file says
 * what is covered; bin/check-model runs it. A transaction is one atomic step and bears its name in the code. Between any
 * two of them an agent may die, lose its session, miss an answer, or act on what it read before.
 */

#define EVENTS 2     /* the first is accepted before the second */
#define TASKS 2
#define NODES 2      /* each has one agent, which may lead */

/* ---- Gates: what a transaction is refused for. WITHOUT=the sum of their numbers takes them out -------------------------- */

hidden int without;

#define NO_FENCE                           (1 << 0)
#define fence(a)               ((without & NO_FENCE) || leader == term[a])
#define NO_ACCEPT_CHECK_NOT_EXISTS_EVENT   (1 << 1)
#define accept_no_event(e)     ((without & NO_ACCEPT_CHECK_NOT_EXISTS_EVENT) || event_queue[e] == 0)
#define NO_ACCEPT_CHECK_NOT_EXISTS_RESULT  (1 << 2)
#define accept_no_result(e)    ((without & NO_ACCEPT_CHECK_NOT_EXISTS_RESULT) || result[e] == NONE)
#define NO_DISPATCH_CHECK_INDEX            (1 << 3)
#define dispatch_index(e, i)   ((without & NO_DISPATCH_CHECK_INDEX) || event_queue[e] == i)
#define NO_DISPATCH_CHECK_NOT_EXISTS       (1 << 4)
#define dispatch_no_result(e)  ((without & NO_DISPATCH_CHECK_NOT_EXISTS) || result[e] == NONE)
#define NO_DROP_CHECK_INDEX                (1 << 5)
#define drop_index(e, i)       ((without & NO_DROP_CHECK_INDEX) || event_queue[e] == i)
#define NO_DROP_CHECK_NOT_EXISTS           (1 << 6)
#define drop_no_result(e)      ((without & NO_DROP_CHECK_NOT_EXISTS) || result[e] == NONE)
#define NO_PLAN_CAS                        (1 << 7)
#define plan_cas(i)            ((without & NO_PLAN_CAS) || slot_index == i)
#define NO_CANCEL_CAS                      (1 << 8)
#define cancel_cas(i)          ((without & NO_CANCEL_CAS) || slot_index == i)
#define NO_ASSIGN_CHECK_INDEX              (1 << 9)
#define assign_plan(i)         ((without & NO_ASSIGN_CHECK_INDEX) || slot_index == i)
#define NO_ASSIGN_CHECK_NOT_EXISTS         (1 << 10)
#define assign_no_claim(x)     ((without & NO_ASSIGN_CHECK_NOT_EXISTS) || claim[x].index == 0)
#define NO_SETTLE_CHECK_INDEX              (1 << 11)
#define settle_plan(i)         ((without & NO_SETTLE_CHECK_INDEX) || slot_index == i)
#define NO_SETTLE_CAS                      (1 << 12)
#define settle_claim(x, i)     ((without & NO_SETTLE_CAS) || claim[x].index == i)
#define NO_CLAIM_CHECK_INDEX               (1 << 13)
#define claim_assigned(n, i)   ((without & NO_CLAIM_CHECK_INDEX) || assignment[n] == i)
#define NO_CLAIM_CHECK_NOT_EXISTS          (1 << 14)
#define claim_no_claim(x)      ((without & NO_CLAIM_CHECK_NOT_EXISTS) || claim[x].index == 0)
#define NO_CLAIM_CHECK_NOT_EXISTS_RESULT   (1 << 15)
#define claim_no_result(x)     ((without & NO_CLAIM_CHECK_NOT_EXISTS_RESULT) || node_result[x] == NONE)
#define NO_AGAIN_CHECK_INDEX               (1 << 16)
#define again_claim(x, i)      ((without & NO_AGAIN_CHECK_INDEX) || claim[x].index == i)
#define NO_INTERRUPTED_CAS                 (1 << 17)
#define interrupted_claim(x, i) ((without & NO_INTERRUPTED_CAS) || claim[x].index == i)
#define NO_FINISH_CHECK_SESSION            (1 << 18)
#define finish_session(x, s)   ((without & NO_FINISH_CHECK_SESSION) || (claim[x].session == s && s != 0))
#define NO_FINISH_CHECK_INDEX              (1 << 19)
#define finish_index(x, i)     ((without & NO_FINISH_CHECK_INDEX) || claim[x].index == i)
#define NO_RELOCK_CHECK_INDEX              (1 << 20)
#define relock_index(x, i)     ((without & NO_RELOCK_CHECK_INDEX) || claim[x].index == i)
#define NO_DISPATCH_CAS                    (1 << 21)
#define dispatch_cas(i)        ((without & NO_DISPATCH_CAS) || slot_index == i)
#define NO_BATCH_CAS                       (1 << 25)
#define batch_cas(i)           ((without & NO_BATCH_CAS) || slot_index == i)
#define NO_BATCH_WHEN_ENDED                (1 << 26)
#define NO_LOOK_AT_RESULT                  (1 << 22)
#define NO_RELOCK_WHEN_TAKEN               (1 << 23)
#define NO_ASSIGN_ANEW                     (1 << 24)

/* ---- Promises: assertions name them by these, which say nothing else ---------------------------------------------- */

hidden byte promise_2, promise_3, promise_4, promise_5, promise_6;
hidden byte one_event_at_a_time;  /* order of events: dispatch's guard, no numbered promise */
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
bit planned[EVENTS];
byte started[ITEMS];
byte running[ITEMS];             /* operations, also those that a dead process has left */

/* Bounds, from the environment: EVENTS, SENDS ... */
hidden byte events;              /* 1 or 2 */
hidden byte attempts;            /* of a task on a node; more than 1 is a retryable task */
hidden byte batched;             /* 1: each task goes over its nodes one by one */
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
  :: cancel_cas(wish_plan) ->
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
       cancels > 0 && wish_plan == 0 && slot != EVENTS -> cancels--;
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
  assign(at(e, k, 0));
  plan_later = (batched -> 1 : 0);
  if :: !batched -> following = e :: else fi
}

inline batch(e, k) {
  assert(promise_2 || slot == e);
  assert(promise_3 || (plan_no == k && plan_open && plan_later));
  assert(promise_6 || !over(task_result[e * TASKS + k]));
  slot_index++; slot = e; plan_no = k; plan_open = true; plan_cancelled = false; plan_later = false;
  task_result[e * TASKS + k] = INPROGRESS;
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

#define all_over(e, k) (over(claim[at(e, k, 0)].outcome) && (plan_later || over(claim[at(e, k, 1)].outcome)))
#define batch_due(e, k) (plan_open && plan_later && !plan_cancelled && \
  (claim[at(e, k, 0)].outcome == SUCCESS || (without & NO_BATCH_WHEN_ENDED)))

inline close(e, k, well) {
  assert(promise_2 || slot == e);
  assert(promise_3 || plan_no == k);
  assert(promise_3 || (plan_open -> all_over(e, k) : plan_cancelled));
  assert(promise_3 || !well || !plan_later);
  assert(promise_6 || !over(task_result[e * TASKS + k]));
  task_result[e * TASKS + k] = (well -> SUCCESS : ERROR);
  delete_claim(at(e, k, 0)); delete_claim(at(e, k, 1))
}

inline end(e, well) {
  assert(promise_6 || result[e] == INPROGRESS);
  assert(promise_6 || (node_result[at(e, 0, 0)] != INPROGRESS && node_result[at(e, 0, 1)] != INPROGRESS));
  assert(promise_6 || (node_result[at(e, 1, 0)] != INPROGRESS && node_result[at(e, 1, 1)] != INPROGRESS));
  result[e] = (well -> SUCCESS : ERROR);
  slot_index++; slot = EVENTS; plan_no = 0; plan_open = false; plan_cancelled = false; plan_later = false
}

#define untaken(x) (claim[x].index == 0)
#define open_claim(x) (claim[x].index != 0 && claim[x].outcome == NONE)
#define free(x) (open_claim(x) && claim[x].session == 0)
#define opened(x) (!plan_later || node_of(x) == 0)
#define due(x) (opened(x) && undone(x))
#define undone(x) (free(x) || (untaken(x) && (plan_cancelled || (assigned[node_of(x)] != x && !(without & NO_ASSIGN_ANEW)))))

inline judge(a, e, n) {
  step[a].node = n;
  step[a].what = (untaken(at(e, k, n)) && !plan_cancelled -> ASSIGN : SETTLE);
  if :: step[a].what == SETTLE -> step[a].claim = claim[at(e, k, n)].index :: else fi
}

inline give_up(a, e, n) {
  step[a].what = SETTLE; step[a].node = n; step[a].claim = claim[at(e, k, n)].index
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
     :: batch_due(e, k) -> step[a].what = BATCH
     :: plan_open && all_over(e, k) && !batch_due(e, k) ->
        step[a].what = CLOSE;
        step[a].success = !plan_cancelled && !plan_later &&
          claim[at(e, k, 0)].outcome == SUCCESS && claim[at(e, k, 1)].outcome == SUCCESS;
        next_too(a)
     :: else ->
        if
        :: due(at(e, k, 0)) -> judge(a, e, 0)
        :: due(at(e, k, 1)) -> judge(a, e, 1)
        :: !over(claim[at(e, k, 0)].outcome) && faults > 0 -> faults--; give_up(a, e, 0)
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
  :: fence(a) && step[a].what == CLOSE && plan_cas(step[a].plan) ->
     leads(a);
     close(e, k, step[a].success);
     if
     :: step[a].success && k < TASKS - 1 ->
        slot_index++; slot = e; plan_no = k + 1; plan_open = false; plan_cancelled = false; plan_later = false;
        if :: open(e, k + 1) :: true fi
     :: else ->
        end(e, step[a].success);
        if :: dispatchable(a) -> dispatch(next) :: else fi
     fi;
     written(a)
  :: else -> forget(a)
  fi;
  e = 0; k = 0; n = 0; next = 0
}

inline recheck(e) {
  if :: event_queue[e] != 0 && result[e] != NONE -> event_queue[e] = 0 :: else fi
}

proctype Leader(byte a) {
  byte e, k, n, next;
  byte following = EVENTS;
endless:
  do
  :: atomic { /* lead; also one whose answer was lost */
       term[a] == 0 && live[a] && (leader == 0 || leader == session(a)) -> leader = session(a); term[a] = leader }
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
  assert(promise_3 || work[n].no == 0 || before_has_ended(x - NODES - n));
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
        gained[n] = gained[n] || (claim[x].session != session(n) && !(without & NO_RELOCK_WHEN_TAKEN))
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
     ended_on(x, SUCCESS);
     claim[x].session = 0;
     if :: rest(n) :: answer_lost fi
  :: else -> /* refused: looks at the claim */
     if
     :: own(n, x) && lockable(n, x) ->
        work[n].before = FINISHING; work[n].state = RELOCKING; work[n].claim = claim[x].index
     :: own(n, x) && claim[x].session != 0 && claim[x].session != session(n)
     :: over(claim[x].outcome) -> rest(n) /* recorded, or late */
     :: untaken(x) ->
        assert(the_nodes_word || !(without & NO_LOOK_AT_RESULT) || node_result[x] != SUCCESS);
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
  :: atomic { work[n].state == IDLE && assigned[n] != ITEMS -> see(n) }
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
    c_code { without = atoi(getenv("WITHOUT")); };
    c_code { events = atoi(getenv("EVENTS")); };
    c_code { attempts = atoi(getenv("ATTEMPTS")); };
    c_code { batched = atoi(getenv("BATCHED")); };
    c_code { now.sends = atoi(getenv("SENDS")); };
    c_code { now.faults = atoi(getenv("FAULTS")); };
    c_code { now.cancels = atoi(getenv("CANCELS")); };
    slot = EVENTS; assigned[0] = ITEMS; assigned[1] = ITEMS;
    live[0] = true; live[1] = true;
    leader = session(0); term[0] = leader; /* agents are alike: one of them leads first */
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
