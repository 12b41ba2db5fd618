"""What the suite needs to judge an answer, written from the specification alone.

`rejected` says how a check ends that fails. `base64url`, `canonical` and `statement` are the codec;
`edwards` and `keys` are Ed25519 with its strict checks; `tree`, `tiles`, `note` and `proof` are the log;
`sealkeys`, `sealing` and `judgement` are sealed transfers; `http_signature` signs requests. Nothing here
imports the SDK or the reference server, and nothing here does I/O.
"""
