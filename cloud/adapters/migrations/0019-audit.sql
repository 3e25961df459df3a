select record.create_kind('record', 'auditEntry', '{}', true);

alter table record.audit_entry add column seq bigint generated always as ((body ->> 'seq')::bigint) stored;
create unique index audit_entry_place on record.audit_entry (organisation_id, seq);
create index audit_entry_about on record.audit_entry using gin ((body -> 'about'));

-- Where each chain ends. Who appends moves it, so that two who append at once meet here.
create table record.audit_end (organisation_id text primary key, seq bigint not null, hash text not null);
