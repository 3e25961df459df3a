-- Phones of technicians that listen, what was told of days, and notes on their way.
select
  record.create_kind('personal', 'pushSubscription', '{personId,endpoint}', false),
  record.create_kind('record', 'toldDay', '{technicianId}', false),
  record.create_kind('record', 'pushNotice', '{state}', false);
create unique index told_day_of_technician on record.told_day (organisation_id, technician_id);
