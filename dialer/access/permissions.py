"""Every permission there is: which role has it, and how far it reaches. The only such table."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Literal, get_args

import msgspec

Role = Literal["superuser", "administrator", "supervisor", "inspector", "analyst", "agent"]
ROLES: tuple[Role, ...] = get_args(Role)
"The columns of the table."


class Reach(IntEnum):
    """How far a permission goes; each includes those before it."""

    NONE = 0
    OWN = 1
    "What is the user's own: his call, his callback, his account."
    SCOPE = 2
    "And what belongs to his campaigns; to his teams, if it belongs to no campaign."
    ALL = 3
    "Everything there is, and what belongs to nobody in particular."


class Cell(msgspec.Struct, frozen=True):
    """What one role has of one permission."""

    reach: Reach
    by_grant: bool
    "Only who was granted it by name has it, and no further than `reach`."


class Permission(msgspec.Struct, frozen=True):
    """One line of the table."""

    name: str
    cells: Mapping[Role, Cell]
    says: str
    "What it allows, for a person."

    @property
    def is_granted_apart(self) -> bool:
        """Whether some role has it only by a grant of its own."""
        return any(cell.by_grant for cell in self.cells.values())


LETTERS: Mapping[str, Cell] = {
    "-": Cell(Reach.NONE, False),
    "O": Cell(Reach.OWN, False),
    "S": Cell(Reach.SCOPE, False),
    "A": Cell(Reach.ALL, False),
    "o": Cell(Reach.OWN, True),
    "s": Cell(Reach.SCOPE, True),
    "a": Cell(Reach.ALL, True),
}

# Listening, revealing a number and taking data away are granted apart: only the two roles that
# answer for the house have them from the start, since somebody must hold what he is to grant.
# The legal limits and taking a number off the do-not-call list are nobody's below them: who is
# measured by sales must not loosen what the law tightens.
_ROWS = """
campaign.see       A A S S S S  see a campaign: state, settings, versions
campaign.create    A A A - - -  make or clone a campaign; it joins the scope of who made it
campaign.edit      A A S - - -  change its settings within the limits; every version is kept
campaign.steer     A A S - - -  start, pause, resume, stop it
campaign.delete    A A - - - -  close it for good
list.see           A A S - S -  see lists and what came of them
list.import        A A S - - -  import leads
list.edit          A A S - - -  order, weigh and assign lists
list.delete        A A - - - -  delete a list
list.export        A A s - - -  take a list away as a file
lead.see           A A S S - O  see a lead and its history, numbers masked
lead.edit          A A S - - O  change fields and notes
lead.reveal        A A s - - o  see a number in full; each time is recorded
lead.export        A A s - - -  take leads away as a file
lead.evidence      A A - - - -  take the evidence of a person's calls away as a file
lead.erase         A A - - - -  erase a person
agent.see          A A S S S O  see agents, their states and times
agent.steer        A A S - - O  ready, pause, log out: of others too where it reaches
agent.assign       A A S - - -  put agents on campaigns
call.see           A A S S S O  see calls and their records, numbers masked
call.place         A A S - - S  dial by hand for a campaign
call.steer         A A S - - O  hold, transfer, hang up
call.export        A A s - s -  take records of calls away as a file
dnc.see            A A A - - A  ask whether a number must not be called
dnc.add            A A A - - O  put a number on the do-not-call list
dnc.remove         A A - - - -  take a number off the do-not-call list
dnc.export         A A - - - -  take the do-not-call list away as a file
consent.see        A A A - - -  see who agreed to be called, numbers masked
consent.add        A A A - - -  record that somebody agreed to be called
consent.revoke     A A A - - -  end a consent
limit.see          A A S S S -  see caps, calling hours, laws in force, the calendar
limit.edit         A A - - - -  change caps, calling hours, laws, days of the house
recording.see      A A S S - O  see that a recording exists
recording.listen   A A s s - o  play a recording; each time is recorded
recording.pause    A A S - - O  pause and resume the recording of a call
recording.export   A A s s - -  take recordings away as files
recording.delete   A A - - - -  delete a recording before its time
monitor.listen     A A s s - -  listen to a call while it goes on
monitor.whisper    A A s - - -  speak to the agent alone
monitor.barge      A A s - - -  join the call
score.see          A A S S S O  see the marks of a call
score.set          A A S S - -  mark a call
disposition.see    A A S S S O  see dispositions and notes
disposition.set    A A S - - O  dispose a call, or correct it
disposition.edit   A A S - - -  change which dispositions a campaign offers
callback.see       A A S - - S  see callbacks
callback.set       A A S - - O  make, move and drop callbacks
report.see         A A S S S O  see reports
report.query       A A - - a -  ask the warehouse in SQL, which knows no scope
report.export      A A s s s -  take reports away as files
live.see           A A S S S O  see campaigns and agents as they are now
board.see          A A S S S -  see the board: its pages of others' work
floor.see          A A S S - -  watch agents and calls at the page of supervisors
desk.use           O O O - - O  take calls at a desk of one's own
team.see           A A S S S S  see teams and who is in them
team.edit          A A - - - -  make and remove teams
user.see           A A S S - O  see accounts
user.add           A A - - - -  add an account
user.role          A A - - - -  give an account another role
user.scope         A A - - - -  set the campaigns and teams of an account
user.grant         A A - - - -  grant and revoke permissions
user.disable       A A - - - -  close an account, and open it again
user.reset         A A S - - -  give an account a new password, end its lock-out
user.password      O O O O O O  change one's own password
user.log_out       A A S O O O  end all sessions of an account
user.superuser     A - - - - -  make superusers and end them
key.see            A A O - O -  see API keys: name, scopes, last use
key.make           A A o - o -  make an API key, which can do no more than its owner
key.revoke         A A O - O -  end an API key
tariff.see         A A - - a -  see price lists, charges and rates of exchange; check bills
tariff.edit        A A - - a -  change them, and rate calls again
tariff.export      A A - - a -  take the differences of a bill away as a file
setting.see        A A - - - -  see the settings of the house, trunks and webhooks
setting.edit       A A - - - -  change them
audit.see          A A S - - -  see who changed what, and when
audit.export       A A - - - -  take the audit log away as a file
"""


def _read(line: str) -> Permission:
    name, *letters, says = line.split(None, len(ROLES) + 1)
    return Permission(name, dict(zip(ROLES, map(LETTERS.__getitem__, letters), strict=True)), says)


TABLE: Mapping[str, Permission] = {
    one.name: one for one in map(_read, _ROWS.strip().splitlines())
}  # fmt: skip
"Name, `object.verb` -> permission."
