-- Whoever asks for a sign-in link says an address, not an organisation; and a person ends their own sessions.
create index person_email on personal.person (lower(body ->> 'email'));
create index contact_email on personal.contact (lower(body ->> 'email'));

alter table personal.session
  add column person_id text generated always as (body ->> 'personId') stored,
  add column contact_id text generated always as (body ->> 'contactId') stored;
create index on personal.session (organisation_id, person_id, created_at_ms, written);
create index on personal.session (organisation_id, contact_id, created_at_ms, written);

select record.create_kind('personal', 'passkey', '{credentialId,personId,contactId}', false);
create unique index passkey_everywhere on personal.passkey (credential_id);

-- What a browser is asked to sign; taken away with its first use.
create table personal.sign_in_challenge (hash text primary key, expires_at_ms bigint not null);
