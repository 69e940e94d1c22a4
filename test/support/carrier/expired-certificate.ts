/** A certificate of sip.example.net that ended in 2021, with its key: for tests only, trusted by nobody. */
export const EXPIRED_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBGzCBwgIBATAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9zaXAuZXhhbXBsZS5u
ZXQwHhcNMjAwMTAxMDAwMDAwWhcNMjEwMTAxMDAwMDAwWjAaMRgwFgYDVQQDDA9z
aXAuZXhhbXBsZS5uZXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARThVO8kwCr
FoiISaNc5R1KofTW+92WYjSfQVMgYGerg+mBoIN3jsMbfuGwELZbYhPErE6I0rJp
AbHUjZbbGnfaMAoGCCqGSM49BAMCA0gAMEUCIQDVyXll2Anc0n8g7oongluGmakU
EJgLu+fTefbTQ5dTzgIgEy8kE2LirxjzZ10I8w+W3aoJjGRxMnQeZ7qbt/Z1wbk=
-----END CERTIFICATE-----
`;

export const EXPIRED_KEY = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIOUEn7vfXdDnxvck+LU8ml9Qy9S2UbLX+on2cKqMv7ugoAoGCCqGSM49
AwEHoUQDQgAEU4VTvJMAqxaIiEmjXOUdSqH01vvdlmI0n0FTIGBnq4PpgaCDd47D
G37hsBC2W2ITxKxOiNKyaQGx1I2W2xp32g==
-----END EC PRIVATE KEY-----
`;
