-- Codes of an authenticator app by which members of staff prove a second time who they are.
select record.create_kind('personal', 'secondFactor', '{personId}', false);
