-- Parts that technicians lack, what a depot keeps for them, and what became of them.
select record.create_kind('personal', 'partRequest', '{visitId,technicianId,state}', false);
