/*
 * Lanes, freezes and votes of docs/protocol.md, for a machine that tries every order of their steps. README.md beside this
 * file says what is covered; bin/check-model runs it. A transaction is one atomic step and bears its name in the code. What
 * protocol.pml has (claims, nodes, sessions that come back, duplicates) is not here: a task is open, and ends.
 */

#define EVENTS 3     /* accepted one after another */
#define AGENTS 2     /* either may lead */
#define USERS 2      /* whose votes count */
#define SLOTS 4      /* app; app.1 and app.2, which stand for it where its limit is 2; db */
#define DB 3
#define NO_SLOT SLOTS

/* ---- Gates: what a transaction is refused for, or a leader does not do. WITHOUT="their numbers" takes them out --------- */

hidden byte without[32];

#define NO_FENCE                           0
#define fence(s)               (without[NO_FENCE] || leader == s.fence)
#define NO_DISPATCH_CAS                    1
#define dispatch_cas(a, s)     (without[NO_DISPATCH_CAS] || is(read_by[s], LEADER(a)))
#define NO_DISPATCH_CHECK_INDEX            2
#define dispatch_index(e)      (without[NO_DISPATCH_CHECK_INDEX] || waits(queue, e))
#define NO_DISPATCH_CHECK_NOT_EXISTS       3
#define dispatch_no_result(e)  (without[NO_DISPATCH_CHECK_NOT_EXISTS] || result[e] == NONE)
#define NO_DISPATCH_CHECK_FREEZE           4
#define dispatch_thawed(e)     (without[NO_DISPATCH_CHECK_FREEZE] || !holds(frozen, e))
#define NO_DISPATCH_CHECK_AHEAD            5
#define dispatch_unpassed(a, m, e) (without[NO_DISPATCH_CHECK_AHEAD] || goes_ahead(e) \
  || ahead + 1 == (without[NO_AHEAD_AS_CHOSEN] -> ahead_read[a] : m.ahead))
#define NO_DISPATCH_CHECK_NEWER            6
#define dispatch_newer(e)      (without[NO_DISPATCH_CHECK_NEWER] || waits(queue, e))
#define NO_OPEN_CAS                        7
#define open_cas(a, s)         (without[NO_OPEN_CAS] || is(read_by[s], STEP(a)))
#define NO_OPEN_CHECK_FREEZE               8
#define open_thawed(e)         (without[NO_OPEN_CHECK_FREEZE] || !holds(frozen, e))
#define NO_END_CAS                         9
#define end_cas(a, s)          (without[NO_END_CAS] || is(read_by[s], STEP(a)))
#define NO_DECIDE_CAS                      10
#define decide_cas(a, s)       (without[NO_DECIDE_CAS] || is(read_by[s], STEP(a)))
#define NO_STRIKE_CAS                      11
#define strike_cas(a, s)       (without[NO_STRIKE_CAS] || is(read_by[s], STEP(a)))
#define NO_VOTE_CAS                        12
#define vote_cas(u, s)         (without[NO_VOTE_CAS] || is(read_by[s], VOTER(u)))
#define NO_CANCEL_CAS                      13
#define cancel_cas(s)          (without[NO_CANCEL_CAS] || is(read_by[s], CANCELLER))
#define NO_DROP_CHECK_INDEX                14
#define drop_index(e)          (without[NO_DROP_CHECK_INDEX] || waits(queue, e))
#define NO_DROP_CHECK_NOT_EXISTS           15
#define drop_no_result(e)      (without[NO_DROP_CHECK_NOT_EXISTS] || result[e] == NONE)
/* and in no transaction */
#define NO_STRIKE_LATE                     16
#define NO_VOTES_BEFORE_DEADLINE           17
#define NO_COUNT_OF_ALL_SLOTS              18
#define NO_READ_ANEW                       19
#define NO_VACANT_AS_READ                  20
#define NO_FREEZES_ONCE_A_LOOK             21
#define NO_AHEAD_BEFORE_QUEUE              22
#define NO_AHEAD_WITH_QUEUE                23
#define NO_OWN_SLOT                        24
#define NO_AHEAD_AS_CHOSEN                 25
#define NO_FREEZES_AGAIN                   26

/* ---- Promises: assertions name them by these, which say nothing else ---------------------------------------------- */

hidden byte within_the_limit;        /* no lane has more events in progress than the limit of whoever leads */
hidden byte no_slot_lost;            /* a plan goes only with the end of its own event, and no other takes its place */
hidden byte nothing_under_a_freeze;  /* nothing is dispatched or opened while a freeze of it stands */
hidden byte in_order;                /* of a lane the first that waits is dispatched */
hidden byte no_late_vote;            /* a vote that was cast when its time was over does not count */
hidden byte no_vote_lost;            /* one that Consul has taken in time does */
hidden byte decided_once;            /* no vote is taken when its approval is decided, or its event cancelled */
hidden byte the_cancelled_stop;      /* nothing more is opened of an event that was cancelled */
hidden byte the_newer_waits;         /* when an event ends since another takes its place */
hidden byte ends_once;               /* an event begins once, and has one final result */
hidden byte while_it_leads;          /* promise 5 */

/* ---- What stands in Consul -------------------------------------------------------------------------------------------- */

/* of events */
#define NONE 0
#define INPROGRESS 1
#define ENDED 2

/* LAYOUT: a slot holds a plan or is vacant, and is overwritten. Of its ModifyIndex only is kept who has read the one that it has. A
   plan is its event, whether it is beyond its approval, whether its task is open, the wish that it ends, and votes. */
#define VACANT 0
#define event_of(p) (((p) & 3) - 1)
#define GONE_ON 4
#define OPEN 8
#define CANCELLED 16
#define agreed(u) (32 << (2 * (u)))
#define agreed_late(u) (64 << (2 * (u)))
#define LATE (agreed_late(0) | agreed_late(1))
#define is(p, flags) (((p) & (flags)) != 0)
#define asking(p) (is(p, OPEN) && !is(p, GONE_ON) && !is(p, CANCELLED))
#define votes(p) (is(p, agreed(0) | agreed_late(0)) + is(p, agreed(1) | agreed_late(1)))
typedef Slots { short plan[SLOTS] };

Slots there;
byte read_by[SLOTS];
#define LEADER(a) (1 << (a))
#define STEP(a) (4 << (a))
#define VOTER(u) (16 << (u))
#define CANCELLER 64
byte leader;             /* the session that locks it */
byte queue;              /* the events that wait, by bits; each comes once, so that there it has the index that was read */
bit ahead;               /* the index of the key: whether an event was accepted that goes ahead */
byte frozen;             /* the keys of freezes, by bits */
byte result[EVENTS];
bit vote_key[USERS];
/* END OF LAYOUT */

#define bit_of(e) (1 << (e))
#define waits(q, e) (((q) >> (e)) & 1)
#define goes_ahead(e) (ahead_goes && (e) == EVENTS - 1)
#define nth(i) (ahead_goes -> ((i) + EVENTS - 1) % EVENTS : (i))

#define ALL 1
#define NAME 2           /* of the first event */
#define LANE 4           /* app */
#define lane_of(e) (lanes == 2 && (e) == 1 -> DB : 0)
#define holds(f, e) (is(f, ALL) || (is(f, NAME) && (e) == 0) || (is(f, LANE) && lane_of(e) == 0))

/* ---- What agents believe ------------------------------------------------------------------------------------------------ */

byte generation[AGENTS]; /* of an agent's sessions */
#define session(a) (1 + (a) + AGENTS * generation[a])
#define agent_of(s) (((s) - 1) % AGENTS)
#define leads(a) (leader == session(a)) /* one that does not, and has not heard of it, writes what it has decided */

Slots seen[AGENTS];
bit seen_any[AGENTS];    /* it has read them since it leads */
byte seen_queue[AGENTS];
bit queue_read[AGENTS];
byte ahead_read[AGENTS]; /* index, and 1; 0: it looks */
byte ahead_then[AGENTS]; /* likewise, of a look that has not come to the queue yet */
byte seen_frozen[AGENTS];
bit freezes_read[AGENTS];
byte passed[AGENTS];     /* events passed over, in a look at them that goes on */

/* Decided, and not written yet: by the thread that dispatches, and by the one that moves on what is in progress. */
#define NOTHING 0
#define DISPATCH 1
#define REPLACE 2
#define MOVE 3           /* the task of an event that is not open yet */
#define STRIKE 4
#define APPROVE 5
#define EXPIRE 6
#define END 7
typedef Step {
  byte what;
  byte fence;
  byte slot;
  short plan;            /* as read */
  byte event;            /* to be dispatched, EVENTS if there is none */
  byte ahead;            /* what it knew of those that go ahead when it chose that */
  bit opens;             /* the task that it comes to */
  bit checked
};
Step first[AGENTS];
Step step[AGENTS];

/* of who votes or cancels */
typedef Wish {
  byte what;
  bit late;              /* the time of the vote */
  byte slot;
  short plan
};
#define WISHED 1
#define VOTE 2
#define CANCEL 3
#define DROP 4
Wish ballot[USERS];
Wish wish;

/* ---- For promises and bounds ----------------------------------------------------------------------------------------- */

byte accepted;           /* how many */
bit over;                /* the deadline of the approval */
bit said[USERS];         /* votes that count */
bit cancelled[EVENTS];   /* Consul has taken the wish */

/* Bounds, from the environment */
hidden byte events;      /* 1 to 3 */
hidden byte limit[AGENTS]; /* of app, by the files of each agent */
hidden byte lanes;       /* 2: the second event is of db */
hidden byte asks;        /* how many votes the first event needs to go on; 0: it is asked for none */
hidden byte scopes;      /* of freezes */
hidden byte ahead_goes;  /* 1: the last event goes ahead */
hidden byte careless;    /* 1: who votes does not look at the time */
hidden byte replaces;    /* 1: the third event takes the place of the second if that waits */
byte faults;             /* lost sessions, hand-overs, lost answers, reads that fail: together */
byte freezes;
byte cancels;
byte tries;              /* votes */

#define answer_lost faults > 0 -> faults--

/* ---- Outside: the sender, the operator, the time ------------------------------------------------------------------------- */

proctype Sender() {
endless:
  do
  :: d_step { accepted < events -> /* accept */
       queue = queue | bit_of(accepted);
       if :: goes_ahead(accepted) -> ahead = 1 :: else fi;
       accepted++ }
  od
}

#define forget_wish(w, reader) read_by[w.slot] = read_by[w.slot] & ~(reader); \
  w.what = NOTHING; w.late = false; w.slot = 0; w.plan = 0

#define put(s, p) there.plan[s] = p; read_by[s] = 0

#define read_plan(w, kind, s, reader) w.what = kind; w.slot = s; w.plan = there.plan[s]; read_by[s] = read_by[s] | (reader)

inline cancel() {
  if
  :: cancel_cas(wish.slot) ->
     assert(no_slot_lost || event_of(there.plan[wish.slot]) == event_of(wish.plan));
     cancelled[event_of(wish.plan)] = true;
     put(wish.slot, wish.plan | CANCELLED)
  :: else
  fi;
  forget_wish(wish, CANCELLER)
}

/* The slot of a wish is the event. */
inline drop() {
  if
  :: drop_index(wish.slot) && drop_no_result(wish.slot) ->
     assert(ends_once || result[wish.slot] == NONE);
     queue = queue & ~bit_of(wish.slot);
     result[wish.slot] = ENDED
  :: else
  fi;
  forget_wish(wish, CANCELLER)
}

#define cancellable(s) (cancels > 0 && wish.what == NOTHING && there.plan[s] != VACANT && !is(there.plan[s], CANCELLED))
#define droppable(e) (cancels > 0 && wish.what == NOTHING && waits(queue, e))

proctype Operator() {
endless:
  do
  :: d_step { cancellable(0) -> cancels--; read_plan(wish, CANCEL, 0, CANCELLER) }
  :: d_step { cancellable(1) -> cancels--; read_plan(wish, CANCEL, 1, CANCELLER) }
  :: d_step { cancellable(2) -> cancels--; read_plan(wish, CANCEL, 2, CANCELLER) }
  :: d_step { cancellable(DB) -> cancels--; read_plan(wish, CANCEL, DB, CANCELLER) }
  :: d_step { droppable(0) -> cancels--; wish.what = DROP; wish.slot = 0 }
  :: d_step { droppable(1) -> cancels--; wish.what = DROP; wish.slot = 1 }
  :: d_step { droppable(2) -> cancels--; wish.what = DROP; wish.slot = 2 }
  :: atomic { wish.what == CANCEL -> cancel() }
  :: atomic { wish.what == DROP -> drop() }
#ifdef LIVENESS
  :: d_step { cancels > 0 && accepted == events -> cancels = 0 }
#endif
  od
}

#define freezable(scope) (freezes > 0 && !is(frozen, scope) && is(scopes, scope))

proctype Freezer() {
endless:
  do
  :: d_step { freezable(ALL) -> freezes--; frozen = frozen | ALL }
  :: d_step { freezable(NAME) -> freezes--; frozen = frozen | NAME }
  :: d_step { freezable(LANE) -> freezes--; frozen = frozen | LANE }
  :: d_step { is(frozen, ALL) -> frozen = frozen & ~ALL } /* thaw */
  :: d_step { is(frozen, NAME) -> frozen = frozen & ~NAME }
  :: d_step { is(frozen, LANE) -> frozen = frozen & ~LANE }
  od
}

#define asked_in(s) (asking(there.plan[s]))

proctype Clock() {
endless:
  do
  :: d_step { !over && (asked_in(0) || asked_in(1) || asked_in(2)) -> over = true }
  od
}

/* ---- Who votes: from whichever agent or command ---------------------------------------------------------------------------- */

#define open_to(u, s) (asking(there.plan[s]) && !is(there.plan[s], agreed(u) | agreed_late(u)))
#define asked(u) (open_to(u, 0) || open_to(u, 1) || open_to(u, 2))

inline cast(u) {
  if
  :: vote_cas(u, ballot[u].slot) && !vote_key[u] ->
     assert(decided_once || (asking(there.plan[ballot[u].slot]) && result[0] == INPROGRESS));
     vote_key[u] = true;
     said[u] = !ballot[u].late;
     put(ballot[u].slot, ballot[u].plan | (ballot[u].late -> agreed_late(u) : agreed(u)));
     forget_wish(ballot[u], VOTER(u))
  :: else -> /* refused: looks again, with the time that it had */
     read_by[ballot[u].slot] = read_by[ballot[u].slot] & ~VOTER(u);
     ballot[u].what = WISHED; ballot[u].slot = 0; ballot[u].plan = 0
  fi
}

proctype Voter(byte u) {
endless:
  do
  :: d_step { ballot[u].what == NOTHING && tries > 0 && asked(u) ->
       tries--; ballot[u].what = WISHED; ballot[u].late = over }
  :: atomic { ballot[u].what == WISHED ->
       if
       :: !asked(u) || (ballot[u].late && !careless) -> forget_wish(ballot[u], VOTER(u))
       :: else ->
          if
          :: open_to(u, 0) -> read_plan(ballot[u], VOTE, 0, VOTER(u))
          :: open_to(u, 1) -> read_plan(ballot[u], VOTE, 1, VOTER(u))
          :: open_to(u, 2) -> read_plan(ballot[u], VOTE, 2, VOTER(u))
          fi
       fi }
  :: atomic { ballot[u].what == VOTE -> cast(u) }
  od
}

/* ---- What a leader knows ------------------------------------------------------------------------------------------------- */

inline forget(m) {
  m.what = NOTHING; m.fence = 0; m.slot = 0; m.plan = 0; m.event = EVENTS; m.ahead = 0; m.opens = false; m.checked = false
}

inline see_slot(a, s) { seen[a].plan[s] = there.plan[s]; read_by[s] = read_by[s] | LEADER(a) }

inline see_slots(a) { see_slot(a, 0); see_slot(a, 1); see_slot(a, 2); see_slot(a, DB); seen_any[a] = true }

inline unsee_slot(a, s) { seen[a].plan[s] = VACANT; read_by[s] = read_by[s] & ~LEADER(a) }

inline unsee(a) { unsee_slot(a, 0); unsee_slot(a, 1); unsee_slot(a, 2); unsee_slot(a, DB); seen_any[a] = false }

#define old_slot(a, s) (!is(read_by[s], LEADER(a)))
#define old_slots(a) (!seen_any[a] || old_slot(a, 0) || old_slot(a, 1) || old_slot(a, 2) || old_slot(a, DB))

inline see_queue(a) { seen_queue[a] = queue; queue_read[a] = true }

inline begin_term(a) {
  leader = session(a);
  seen_any[a] = without[NO_READ_ANEW];
  ahead_read[a] = (ahead_goes -> 0 : 1);
  freezes_read[a] = (scopes == 0)
}

/* What it has decided stays. */
inline end_term(a) {
  leader = 0;
  if :: !without[NO_READ_ANEW] -> unsee(a) :: else fi;
  seen_queue[a] = 0; queue_read[a] = false; ahead_read[a] = 0; ahead_then[a] = 0;
  seen_frozen[a] = 0; freezes_read[a] = false; passed[a] = 0
}

/* Where there is room, by what it knows; freed is the slot of an event that ends, NO_SLOT of none. */
#define taken(x, s, freed) (x.plan[s] != VACANT && (freed) != (s))
#define busy(x, freed) (taken(x, 0, freed) + taken(x, 1, freed) + taken(x, 2, freed))
#define full(a, freed) (busy(seen[a], freed) >= limit[a] && !without[NO_COUNT_OF_ALL_SLOTS])
#define free_of_two(a, freed) (!taken(seen[a], 1, freed) -> 1 : (!taken(seen[a], 2, freed) -> 2 : NO_SLOT))
#define free_of_one(a, freed) (!taken(seen[a], 0, freed) -> 0 : NO_SLOT)
#define free_slot(a, freed) (full(a, freed) -> NO_SLOT : (limit[a] == 1 -> free_of_one(a, freed) : free_of_two(a, freed)))
#define its_slot(a, s) (without[NO_OWN_SLOT] || (limit[a] == 1 -> (s) == 0 : (s) == 1 || (s) == 2))
#define place_app(a, freed) ((freed) == NO_SLOT -> free_slot(a, freed) \
  : (free_slot(a, freed) != NO_SLOT && its_slot(a, freed) -> (freed) : NO_SLOT))
#define place_db(a, freed) ((freed) == NO_SLOT -> (seen[a].plan[DB] == VACANT -> DB : NO_SLOT) \
  : ((freed) == DB || (without[NO_OWN_SLOT] && seen[a].plan[DB] == VACANT) -> (freed) : NO_SLOT))
#define place(a, e, freed) (lane_of(e) == DB -> place_db(a, freed) : place_app(a, freed))

#define may_look(a) (leads(a) && seen_any[a] && queue_read[a] && ahead_read[a] != 0 && freezes_read[a])

/* The first event that waits, has room, and is not frozen; EVENTS if there is none. */
#define ready(a, e, freed) (waits(seen_queue[a], e) && !waits(passed[a], e) && place(a, e, freed) != NO_SLOT && !holds(seen_frozen[a], e))
#define oldest(a, freed) (ready(a, nth(0), freed) -> nth(0) : (ready(a, nth(1), freed) -> nth(1) \
  : (ready(a, nth(2), freed) -> nth(2) : EVENTS)))

/* ---- Transactions of a leader ---------------------------------------------------------------------------------------------- */

#define limit_of_leader (leader == 0 -> 2 : limit[agent_of(leader)])
#define before(x, e) (waits(queue, x) && lane_of(x) == lane_of(e) && ((goes_ahead(x) && !goes_ahead(e)) \
  || ((x) < (e) && !goes_ahead(e))) && !((x) == 0 && is(scopes, NAME)))

#define first_plan(e, opens) ((e) == 0 && asks > 0 -> 1 + OPEN : 1 + (e) + GONE_ON + (opens))

/* What a transaction does that begins an event in a slot. */
inline dispatch(a, e, s) {
  assert(ends_once || result[e] == NONE);
  assert(nothing_under_a_freeze || !holds(frozen, e));
  assert(in_order || !(before(0, e) || before(1, e) || before(2, e)));
  assert(within_the_limit || s == DB || lane_of(e) == DB || busy(there, s) < limit_of_leader);
  assert(within_the_limit || (s == DB) == (lane_of(e) == DB));
  queue = queue & ~bit_of(e);
  result[e] = INPROGRESS;
  if :: put(s, first_plan(e, OPEN)) :: !(e == 0 && asks > 0) -> put(s, first_plan(e, 0)) fi /* whether nodes are there */
}

#define dispatchable(a, m, e) (dispatch_index(e) && dispatch_no_result(e) && dispatch_thawed(e) && dispatch_unpassed(a, m, e))

/* Reads again what may have been the reason. */
inline refused(a) {
  if
  :: leads(a) ->
     see_slots(a);
     if :: frozen != seen_frozen[a] && scopes != 0 -> freezes_read[a] = false; seen_frozen[a] = 0 :: else fi;
     if :: ahead + 1 != ahead_read[a] && ahead_goes -> ahead_read[a] = 0 :: else fi;
     if :: queue_read[a] -> seen_queue[a] = seen_queue[a] & queue :: else fi
  :: else
  fi
}

/* Whether the writer hears that it was done. */
inline written(a, e, s) {
  if
  :: leads(a) -> see_slot(a, s); if :: e < EVENTS -> seen_queue[a] = seen_queue[a] & ~bit_of(e) :: else fi
  :: answer_lost
  fi
}

#define held(a, m) (waits(seen_queue[a], m.event))
#define vacant(a, m) (seen[a].plan[m.slot] == VACANT)

inline write_first(a) {
  e = first[a].event; s = first[a].slot;
  if
  :: !fence(first[a])
  :: fence(first[a]) && (!held(a, first[a]) || (first[a].what == DISPATCH && !first[a].checked && !vacant(a, first[a])))
  :: else ->
     if
     :: first[a].what == DISPATCH && dispatch_cas(a, s) && dispatchable(a, first[a], e) ->
        assert(while_it_leads || leader == first[a].fence);
        assert(no_slot_lost || there.plan[s] == VACANT);
        dispatch(a, e, s);
        written(a, e, s)
     :: first[a].what == REPLACE && dispatch_index(e) && dispatch_no_result(e) && dispatch_newer(2) ->
        assert(while_it_leads || leader == first[a].fence);
        assert(ends_once || result[e] == NONE);
        assert(the_newer_waits || waits(queue, 2));
        queue = queue & ~bit_of(e);
        result[e] = ENDED;
        written(a, e, s)
     :: else -> refused(a)
     fi
  fi;
  forget(first[a]);
  e = 0; s = 0
}

#define its_own(m) (event_of(there.plan[m.slot]) == event_of(m.plan))
#define enough(m) (asks <= said[0] + said[1])

inline write(a) {
  e = event_of(step[a].plan); s = step[a].slot; next = step[a].event;
  if
  :: !fence(step[a])
  :: fence(step[a]) && step[a].what == MOVE && open_cas(a, s) && open_thawed(e) ->
     assert(while_it_leads || leader == step[a].fence);
     assert(no_slot_lost || its_own(step[a]));
     assert(nothing_under_a_freeze || !holds(frozen, e));
     assert(the_cancelled_stop || !cancelled[e]);
     put(s, step[a].plan | OPEN);
     written(a, EVENTS, s)
  :: fence(step[a]) && step[a].what == STRIKE && strike_cas(a, s) ->
     assert(while_it_leads || leader == step[a].fence);
     assert(no_slot_lost || its_own(step[a]));
     assert(no_vote_lost || (!said[0] || is(step[a].plan, agreed(0))) && (!said[1] || is(step[a].plan, agreed(1))));
     assert(the_cancelled_stop || !cancelled[e]);
     if :: is(step[a].plan, agreed_late(0)) -> vote_key[0] = false :: else fi;
     if :: is(step[a].plan, agreed_late(1)) -> vote_key[1] = false :: else fi;
     put(s, step[a].plan & ~LATE);
     written(a, EVENTS, s)
  :: fence(step[a]) && step[a].what == APPROVE && decide_cas(a, s) && (!step[a].opens || open_thawed(e)) ->
     assert(while_it_leads || leader == step[a].fence);
     assert(no_slot_lost || its_own(step[a]));
     assert(no_late_vote || enough(step[a]));
     assert(the_cancelled_stop || !cancelled[e]);
     assert(nothing_under_a_freeze || !step[a].opens || !holds(frozen, e));
     put(s, 1 + e + GONE_ON + (step[a].opens -> OPEN : 0));
     written(a, EVENTS, s)
  :: fence(step[a]) && (step[a].what == EXPIRE -> decide_cas(a, s) : step[a].what == END && end_cas(a, s)) ->
     assert(while_it_leads || leader == step[a].fence);
     assert(no_slot_lost || its_own(step[a]));
     assert(ends_once || result[e] == INPROGRESS);
     assert(no_vote_lost || step[a].what != EXPIRE || !enough(step[a]));
     result[e] = ENDED;
     if
     :: next < EVENTS && waits(seen_queue[a], next) && dispatchable(a, step[a], next) -> dispatch(a, next, s)
     :: next < EVENTS && waits(seen_queue[a], next) && !dispatchable(a, step[a], next) ->
        refused(a); next = EVENTS; put(s, VACANT) /* alone */
     :: else -> next = EVENTS; put(s, VACANT)
     fi;
     written(a, next, s)
  :: else -> refused(a)
  fi;
  read_by[s] = read_by[s] & ~STEP(a);
  forget(step[a]);
  e = 0; s = 0; next = 0
}

/* ---- The leader ------------------------------------------------------------------------------------------------------------ */

/* The events that wait, or what would be too old of them: which go ahead is read before. */
proctype Dispatcher(byte a) {
  byte e, s;
endless:
  do
  :: d_step { leader == 0 -> begin_term(a) }
  :: d_step { leads(a) && old_slots(a) -> see_slots(a) }
  :: d_step { leads(a) && (!queue_read[a] || seen_queue[a] != queue) -> see_queue(a) }
  :: d_step { leads(a) && (!freezes_read[a] || (seen_frozen[a] != 0 && seen_frozen[a] != frozen
       && !without[NO_FREEZES_AGAIN])) ->
       seen_frozen[a] = frozen; freezes_read[a] = true }
  :: atomic { leads(a) && ahead_read[a] == 0 && ahead_then[a] == 0 ->
       if
       :: !without[NO_AHEAD_BEFORE_QUEUE] -> ahead_then[a] = ahead + 1
       :: else -> see_queue(a); ahead_then[a] = 1
       fi }
  :: atomic { leads(a) && ahead_then[a] != 0 ->
       if
       :: without[NO_AHEAD_BEFORE_QUEUE] -> ahead_read[a] = ahead + 1
       :: !without[NO_AHEAD_BEFORE_QUEUE] -> see_queue(a); ahead_read[a] = ahead_then[a]
       :: faults > 0 -> /* the queue cannot be read */
          faults--;
          if :: without[NO_AHEAD_WITH_QUEUE] -> ahead_read[a] = ahead_then[a] :: else fi
       fi;
       ahead_then[a] = 0 }
  :: atomic { may_look(a) && first[a].what == NOTHING && oldest(a, NO_SLOT) != EVENTS ->
       e = oldest(a, NO_SLOT);
       first[a].what = DISPATCH; first[a].fence = leader; first[a].event = e; first[a].slot = place(a, e, NO_SLOT);
       first[a].ahead = ahead_read[a];
       passed[a] = 0; e = 0 }
  :: atomic { may_look(a) && first[a].what == NOTHING && oldest(a, NO_SLOT) == EVENTS && replaces &&
       waits(seen_queue[a], 1) && waits(seen_queue[a], 2) && free_slot(a, NO_SLOT) == NO_SLOT ->
       first[a].what = REPLACE; first[a].fence = leader; first[a].event = 1 }
  :: atomic { without[NO_FREEZES_ONCE_A_LOOK] && may_look(a) && first[a].what == NOTHING && passed[a] == 0 &&
       waits(seen_queue[a], 0) && holds(seen_frozen[a], 0) -> passed[a] = 1 }
  :: atomic { without[NO_VACANT_AS_READ] && first[a].what == DISPATCH && !first[a].checked && vacant(a, first[a]) ->
       first[a].checked = true }
  :: atomic { first[a].what != NOTHING -> write_first(a) }
  od
}

inline move(a, kind, z) {
  step[a].what = kind; step[a].fence = leader; step[a].slot = z; step[a].plan = seen[a].plan[z];
  if :: !old_slot(a, z) -> read_by[z] = read_by[z] | STEP(a) :: else fi
}

inline may_open(a, e) {
  if
  :: !holds(seen_frozen[a], e) -> step[a].opens = true
  :: step[a].opens = false
  fi
}

/* With the event that takes its place. */
inline end(a, kind, s) {
  move(a, kind, s);
  if
  :: may_look(a) && oldest(a, s) != EVENTS -> step[a].event = oldest(a, s); step[a].ahead = ahead_read[a]
  :: else
  fi
}

#define decided(p) (is(p, LATE) && !without[NO_STRIKE_LATE] -> STRIKE : (over && without[NO_VOTES_BEFORE_DEADLINE] -> EXPIRE \
  : (votes(p) >= asks -> APPROVE : (over -> EXPIRE : NOTHING))))
#define due(a, s) (!asking(seen[a].plan[s]) || decided(seen[a].plan[s]) != NOTHING)
#define opening(p) (!is(p, OPEN) && !is(p, CANCELLED))
#define movable(a, s) (leads(a) && seen_any[a] && freezes_read[a] && step[a].what == NOTHING && seen[a].plan[s] != VACANT \
  && due(a, s) && !(opening(seen[a].plan[s]) && holds(seen_frozen[a], event_of(seen[a].plan[s]))))

inline look(a, s) {
  if
  :: opening(seen[a].plan[s]) -> move(a, MOVE, s)
  :: asking(seen[a].plan[s]) && decided(seen[a].plan[s]) == STRIKE -> move(a, STRIKE, s)
  :: asking(seen[a].plan[s]) && decided(seen[a].plan[s]) == APPROVE -> move(a, APPROVE, s); may_open(a, 0)
  :: asking(seen[a].plan[s]) && decided(seen[a].plan[s]) == EXPIRE -> end(a, EXPIRE, s)
  :: else -> end(a, END, s) /* its nodes have ended, or it was cancelled */
  fi
}

proctype Advancer(byte a) {
  byte e, s, next;
endless:
  do
  :: atomic { movable(a, 0) -> look(a, 0) }
  :: atomic { movable(a, 1) -> look(a, 1) }
  :: atomic { movable(a, 2) -> look(a, 2) }
  :: atomic { movable(a, DB) -> look(a, DB) }
  :: atomic { step[a].what != NOTHING -> write(a) }
  od
}

proctype Faults() {
endless:
  do
  :: d_step { faults > 0 && leads(0) -> faults--; generation[0]++; end_term(0) } /* a lost session */
  :: d_step { faults > 0 && leads(1) -> faults--; generation[1]++; end_term(1) }
  :: d_step { faults > 0 && leads(0) -> faults--; end_term(0) } /* hand-over */
  :: d_step { faults > 0 && leads(1) -> faults--; end_term(1) }
#ifdef LIVENESS
  :: d_step { faults > 0 -> faults = 0 } /* no more of them: fairness must not force any */
#endif
  od
}

init {
  atomic {
    c_code { char *w = getenv("WITHOUT"); while (*w) without[strtol(w, &w, 10)] = 1; };
    c_code { events = atoi(getenv("EVENTS")); };
    c_code { limit[0] = atoi(getenv("LIMIT")); limit[1] = atoi(getenv("OTHER_LIMIT")); };
    c_code { lanes = atoi(getenv("LANES")); };
    c_code { asks = atoi(getenv("ASKS")); };
    c_code { scopes = atoi(getenv("SCOPES")); };
    c_code { ahead_goes = atoi(getenv("AHEAD")); };
    c_code { careless = atoi(getenv("CARELESS")); };
    c_code { replaces = atoi(getenv("REPLACES")); };
    c_code { now.faults = atoi(getenv("FAULTS")); };
    c_code { now.freezes = atoi(getenv("FREEZES")); };
    c_code { now.cancels = atoi(getenv("CANCELS")); };
    c_code { now.tries = atoi(getenv("VOTES")); };
    forget(first[0]); forget(first[1]); forget(step[0]); forget(step[1]);
    begin_term(0); /* agents are alike but for their files: one of them leads first */
    run Sender();
    if :: cancels > 0 -> run Operator() :: else fi;
    if :: freezes > 0 -> run Freezer() :: else fi;
    if :: asks > 0 -> run Clock(); run Voter(0); run Voter(1) :: else fi;
    run Faults();
    run Dispatcher(0); run Advancer(0);
    run Dispatcher(1); run Advancer(1)
  }
}

#define done(e) (accepted <= (e) || result[e] == ENDED)
#define no_slot_taken (there.plan[0] == VACANT && there.plan[1] == VACANT && there.plan[2] == VACANT && there.plan[DB] == VACANT)
#define settled (done(0) && done(1) && done(2) && no_slot_taken)
#ifdef LIVENESS
ltl every_accepted_event_ends { [] <> settled }
#endif
