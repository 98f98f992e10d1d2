-- Recordings that had to go, or will have to: why, since when, and how far it has come. Ids only.

create table bbb_tiers.recordings (
  record_id text primary key,
  internal_meeting_id text not null,
  disallowed_since timestamptz,
  removal_reason text check (removal_reason in ('forbidden', 'retention', 'tier')),
  removal_code text,
  removal_decided_at timestamptz,
  deleted_at timestamptz,
  files_removed_at timestamptz,
  files_bytes bigint
);

comment on table bbb_tiers.recordings is 'One row per recording that is disallowed or was removed; a recording that may stay has none.';
comment on column bbb_tiers.recordings.disallowed_since is 'First time the sweep found it under a tier without recording; the grace period begins here.';
comment on column bbb_tiers.recordings.deleted_at is 'When BBB showed that it is in the state deleted.';
comment on column bbb_tiers.recordings.files_removed_at is 'When the host script reported that the raw files are gone.';

create index recordings_to_remove on bbb_tiers.recordings (removal_decided_at)
  where removal_decided_at is not null and files_removed_at is null;
