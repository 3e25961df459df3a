-- What the service company charges.
select record.create_kind('record', 'priceList', '{}', false);
