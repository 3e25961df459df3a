-- Checklists of the service company, and their questions as they stood at a time.
select record.create_kind('record', 'checklist', '{code}', false);
select record.create_kind('record', 'checklistEdition', '{checklistId}', true);
