select
  record.create_kind('record', 'dataShareGrant', '{ownerId}', false),
  record.create_kind('record', 'dataShareUse', '{grantId}', true);
