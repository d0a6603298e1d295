DROP TABLE signing_keys;
DROP TABLE tenant_hosts;
DROP TABLE tenants;
