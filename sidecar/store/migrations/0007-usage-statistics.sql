-- An account belongs to one tenant. Without knowing that, the planner takes every tenant to have all accounts, expects
-- hundreds of thousands of groups in a month's usage, and sorts on disk what it could add up in memory.

create statistics bbb_tiers.meeting_days_by_whom (ndistinct)
  on tenant, owner_external_user_id, day from bbb_tiers.meeting_days;

analyze bbb_tiers.meeting_days;
