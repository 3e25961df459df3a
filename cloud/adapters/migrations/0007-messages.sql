-- The durable outbox of messages to contacts, and what contacts want to hear.
select
  record.create_kind('record', 'message', '{contactId,state,offerId}', false),
  record.create_kind('record', 'messagePreference', '{contactId}', false),
  record.create_kind('personal', 'inboundSms', '{gatewayMessageId,contactId}', true);
