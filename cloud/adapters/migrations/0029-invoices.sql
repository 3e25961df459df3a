-- What visits cost their owners, on its way to the ERP; one for each offer that was accepted.
select record.create_kind('record', 'invoice', '{offerId,state}', false);
create unique index invoice_of_offer on record.invoice (offer_id);
