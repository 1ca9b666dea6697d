/*
 * Approval and execution of one plan, with its crash. Checked by `npm run model:check` with Spin.
 *
 * What is durable (the ledger and the platform) survives a crash; what the executor holds in memory does not. Every transition
 * of the ledger is atomic, as its transactions are. The platform does whatever arrives as often as it arrives, unless somebody
 * else changed the target; it shows our mark, and an answer of it can be lost. So "once" is the executor's own doing.
 *
 * Controls, which must be found wrong: -DSEND_BLINDLY sends again after a crash without looking, -DNO_FOUR_EYES lets the
 * requester approve.
 *
 * The names are those of src/executor: statuses of a plan, phases of a step, directions of an execution.
 */

#define PERSONS 3
#define NEEDED 2
#define MAX_CRASHES 2

mtype:plan = { pending, approved, rejected, expired };
mtype:phase = { none, queued, intent, applied, failed, undo_intent, undone, asked };

/* The ledger. */
mtype:plan plan = pending;
mtype:phase phase = none;
byte decided = 0;            /* bit per person */
byte approvals = 0;
bool verified = false;       /* checks came to an end */
bool helped = false;
bool ended = false;
bool frozen = false;

/* The platform. */
bool stamped = false;        /* carries our mark: the effect is there */
byte effects = 0;
byte undos = 0;
bool touched = false;        /* somebody else changed the target */

/* Time, and what was true when. */
bool over = false;           /* the approval period has ended */
byte crashes = 0;
byte transitions = 0;        /* how often the plan left `pending` */

#ifdef NO_FOUR_EYES
#define IS_REQUESTER(person) false
#else
#define IS_REQUESTER(person) (person == 0)
#endif

inline decide(person, yes) {
  atomic {
    if
    :: plan == pending && !over && !(decided & (1 << person)) && (!yes || !IS_REQUESTER(person)) ->
       decided = decided | (1 << person);
       if
       :: !yes -> plan = rejected; transitions++
       :: yes && !frozen ->
          approvals++;
          if
          :: approvals >= NEEDED -> plan = approved; transitions++; phase = queued
          :: else -> skip
          fi
       :: yes && frozen -> decided = decided & (255 ^ (1 << person))  /* the transaction is rolled back */
       fi
    :: else -> skip                                                     /* refused; nothing changes */
    fi
  }
}

active [PERSONS] proctype Person() {
  byte me = _pid;
  bool yes;
  byte times = 0;
  /* Up to two decisions: the second is a change of mind, or a replay. */
  do
  :: times < 2 ->
     if :: yes = true :: yes = false fi;
     decide(me, yes);
     times++
  :: break
  od
}

active proctype Time() {
  over = true;
  atomic { if :: plan == pending -> plan = expired; transitions++ :: else -> skip fi }
}

active proctype Administrator() {
  if
  :: frozen = true; frozen = false
  :: skip
  fi
}

active proctype Stranger() {
  if
  :: touched = true
  :: skip
  fi
}

/*
 * The executor. `fresh` is its only memory: whether the intent was stored by this very process, so that nothing can have been
 * sent before. A crash loses it and starts again from the ledger.
 */
active proctype Executor() {
  bool fresh = false;
  do
  :: ended -> break
  :: crashes < MAX_CRASHES -> crashes++; fresh = false
  :: plan == rejected || plan == expired -> break
  :: phase == queued ->
     atomic {
       if
       :: frozen || touched || over -> phase = failed
       :: else -> phase = intent; fresh = true
       fi
     }
  :: phase == intent && fresh ->
     /* Sent. The guard of the platform refuses when somebody changed the target meanwhile. */
     atomic {
       if
       :: touched -> phase = failed
       :: else -> effects++; stamped = true;
          if
          :: phase = applied
          :: fresh = false            /* the answer was lost */
          fi
       fi
     }
  :: phase == intent && !fresh ->
     /* Looks before anything else: only what is known not to have happened is sent. */
#ifdef SEND_BLINDLY
     fresh = true
#else
     atomic {
       if
       :: stamped -> phase = applied
       :: !stamped && touched -> phase = asked; ended = true
       :: !stamped && !touched && frozen -> phase = failed
       :: !stamped && !touched && !frozen -> fresh = true
       fi
     }
#endif
  :: phase == applied && !verified ->
     atomic { verified = true; if :: helped = true :: helped = false fi }
  :: phase == applied && verified && helped -> ended = true
  :: phase == applied && verified && !helped -> phase = undo_intent
  :: phase == undo_intent ->
     atomic {
       if
       :: undos > 0 -> phase = undone
       :: undos == 0 && touched -> phase = asked; ended = true
       :: undos == 0 && !touched -> undos++;
          if :: phase = undone :: skip fi  /* the answer may be lost */
       fi
     }
  :: phase == undone || phase == failed -> ended = true
  od
}

#define ONCE (effects <= 1 && undos <= 1)
#define FOUR_EYES (effects == 0 || (approvals >= NEEDED && !(decided & 1)))
#define FINAL (transitions <= 1)
#define ONLY_APPROVED (effects == 0 || plan == approved)
#define UNDO_OF_DONE (undos == 0 || effects > 0)
#define HONEST (!(ended && helped) || (effects == 1 && undos == 0))

ltl safe { [] (ONCE && FOUR_EYES && FINAL && ONLY_APPROVED && UNDO_OF_DONE && HONEST) }
