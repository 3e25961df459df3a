-- When contacts want to hear, and the ledger of what they allowed.
select
  record.create_kind('personal', 'reachPreference', '{contactId}', false),
  record.create_kind('personal', 'consentEntry', '{contactId}', true);
