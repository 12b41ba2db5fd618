// Command verify_proof verifies a Lading statement and its tlog-proof by a C2SP implementation that is not Lading's.
//
//	verify_proof STATEMENT PROOF POLICY
//
// Only the leaf hash is computed here, as spec/log.md says: the entry is the registration time, which the proof
// carries as its extra data, and the SHA-256 of the statement. Note, policy, checkpoint and inclusion are Torchwood's.
package main

import (
	"crypto/sha256"
	"fmt"
	"os"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: verify_proof STATEMENT PROOF POLICY")
		os.Exit(2)
	}
	if err := verify(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("verified")
}

func verify(statementPath, proofPath, policyPath string) error {
	statement, err := os.ReadFile(statementPath)
	if err != nil {
		return err
	}
	proof, err := os.ReadFile(proofPath)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(policyPath)
	if err != nil {
		return err
	}
	policy, err := torchwood.ParsePolicy(text)
	if err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	time, err := torchwood.ProofExtraData(proof)
	if err != nil {
		return fmt.Errorf("extra data: %w", err)
	}
	if len(time) != 8 {
		return fmt.Errorf("extra data has %d bytes, a time has 8", len(time))
	}
	digest := sha256.Sum256(statement)
	return torchwood.VerifyProof(policy, tlog.RecordHash(append(time, digest[:]...)), proof)
}
