package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/doctor"
)

// printReport writes a report for a person: a line for each finding, below it what to do, then what was
// skipped, together where the reason is the same, and last the numbers. The folder home is written as ~.
func printReport(w io.Writer, report doctor.Report, home string, coloured bool) error {
	var out strings.Builder
	fmt.Fprintf(&out, "orq-mcp %s\n\n", report.Version)
	skipped := map[string][]string{}
	var reasons []string
	for _, each := range report.Checks {
		found := each.Found
		if each.State == doctor.Skipped && each.Subject == "" {
			if skipped[found] == nil {
				reasons = append(reasons, found)
			}
			skipped[found] = append(skipped[found], each.ID)
			continue
		}
		if each.Subject != "" {
			found = each.Subject + ": " + found
		}
		if home != "" {
			found = strings.ReplaceAll(found, home+string(filepath.Separator), "~"+string(filepath.Separator))
		}
		fmt.Fprintf(&out, "%s  %-10s  %s\n", mark(each.State, coloured), each.ID, oneLine(found))
		if each.Do != "" {
			fmt.Fprintf(&out, "%21s-> %s\n", "", oneLine(each.Do))
		}
	}
	for _, reason := range reasons {
		fmt.Fprintf(&out, "%s  %s: %s\n", mark(doctor.Skipped, coloured), strings.Join(skipped[reason], ", "), oneLine(reason))
	}
	fmt.Fprintf(&out, "\n%d failed, %d warning, %d note, %d ok, %d skipped\n", report.Counts[doctor.Failed], report.Counts[doctor.Warning],
		report.Counts[doctor.Note], report.Counts[doctor.OK], report.Counts[doctor.Skipped])
	_, err := io.WriteString(w, out.String())
	return err
}

// mark returns the word for a state, as wide as the longest.
func mark(state doctor.State, coloured bool) string {
	word := fmt.Sprintf("%-7s", state)
	colour := map[doctor.State]string{doctor.OK: "32", doctor.Note: "36", doctor.Warning: "33", doctor.Failed: "31", doctor.Skipped: "2"}[state]
	if !coloured {
		return word
	}
	return "\x1b[" + colour + "m" + word + "\x1b[0m"
}

// oneLine puts a text that came from elsewhere on one line, without control characters.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x9b }), " ")
}
