-- The filters of the fleet that a person comes back to.
select record.create_kind('personal', 'deskViews', '{personId}', false);
