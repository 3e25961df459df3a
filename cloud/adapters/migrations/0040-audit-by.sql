-- What one person or contact asked for, without reading the whole chain.
create index audit_entry_by on record.audit_entry
  (organisation_id, coalesce(body #>> '{createdBy,personId}', body #>> '{createdBy,contactId}'), seq);
