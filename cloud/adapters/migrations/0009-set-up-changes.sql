-- Who changed what in the set-up of a company, and when.
select record.create_kind('record', 'setUpChange', '{subjectId}', true);
