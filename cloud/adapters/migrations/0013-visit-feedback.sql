-- How contacts found a visit.
select record.create_kind('record', 'visitFeedback', '{visitId}', false);
