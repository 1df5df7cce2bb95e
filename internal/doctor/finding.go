package doctor

import (
	"cmp"
	"slices"
	"strings"
)

// State is how bad a finding is.
type State string

// The states, from best to worst; Skipped is what was not looked at.
const (
	OK      State = "ok"
	Note    State = "note"
	Warning State = "warning"
	Failed  State = "failed"
	Skipped State = "skipped"
)

// The ids of the checks, in the order of a report.
const (
	checkKey        = "key"
	checkBaseURL    = "base-url"
	checkProxy      = "proxy"
	checkConnection = "connection"
	checkTLS        = "tls"
	checkClock      = "clock"
	checkAccess     = "access"
	checkOperations = "operations"
	checkData       = "data"
	checkSeed       = "seed"
	checkModel      = "model"
	checkA2A        = "a2a"
	checkPort       = "port"
	checkClient     = "client"
)

// CheckIDs returns the ids of all checks, in the order of a report.
func CheckIDs() []string {
	return []string{
		checkKey, checkBaseURL, checkProxy, checkConnection, checkTLS, checkClock, checkAccess, checkOperations,
		checkData, checkSeed, checkModel, checkA2A, checkPort, checkClient,
	}
}

// Finding is the result of a check.
type Finding struct {
	// ID is one of CheckIDs. A check that looks at several things has several findings, whose Subject differs.
	ID      string `json:"id"`
	Subject string `json:"subject,omitempty"`
	State   State  `json:"state"`
	// Found is what was found, and Do what to do, in one line each. Nothing is to be done without Do.
	Found string `json:"found"`
	Do    string `json:"do,omitempty"`
}

// Report holds all findings, in the order of CheckIDs.
type Report struct {
	Version string `json:"version"`
	// State is Failed if any finding is, else OK.
	State State `json:"state"`
	// Counts is the number of findings of each state.
	Counts map[State]int `json:"counts"`
	Checks []Finding     `json:"checks"`
}

// newReport orders the findings: those of a check by their subjects, that without one first.
func newReport(version string, findings []Finding) Report {
	report := Report{Version: version, State: OK, Counts: map[State]int{OK: 0, Note: 0, Warning: 0, Failed: 0, Skipped: 0}, Checks: findings}
	order := CheckIDs()
	slices.SortStableFunc(report.Checks, func(one, other Finding) int {
		return cmp.Or(slices.Index(order, one.ID)-slices.Index(order, other.ID), strings.Compare(one.Subject, other.Subject))
	})
	for _, each := range report.Checks {
		report.Counts[each.State]++
	}
	if report.Counts[Failed] > 0 {
		report.State = Failed
	}
	return report
}
