package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/doctor"
)

func TestPrintReport(t *testing.T) {
	t.Parallel()
	report := doctor.Report{Version: "v1", Counts: map[doctor.State]int{doctor.Failed: 1, doctor.OK: 1, doctor.Skipped: 3}, Checks: []doctor.Finding{
		{ID: "key", State: doctor.OK, Found: "set"},
		{ID: "tls", State: doctor.Skipped, Found: "why"},
		{ID: "client", Subject: "zed, orq in /home/ada/z.json", State: doctor.Failed, Found: "it says\n\x1b[2Jno", Do: "mend it"},
		{ID: "model", State: doctor.Skipped, Found: "another"},
		{ID: "port", State: doctor.Skipped, Found: "why"},
	}}
	want := `orq-mcp v1

ok       key         set
failed   client      zed, orq in ~/z.json: it says [2Jno
                     -> mend it
skipped  tls, port: why
skipped  model: another

1 failed, 0 warning, 0 note, 1 ok, 3 skipped
`
	var plain, coloured strings.Builder
	if err := printReport(&plain, report, "/home/ada", false); err != nil || plain.String() != want {
		t.Errorf("error %v, report (-want +got):\n%s", err, cmp.Diff(want, plain.String()))
	}
	if err := printReport(&coloured, report, "/home/ada", true); err != nil {
		t.Fatal(err)
	}
	for _, mark := range []string{"\x1b[32mok     \x1b[0m  key", "\x1b[31mfailed \x1b[0m  client", "\x1b[2mskipped\x1b[0m  tls"} {
		if !strings.Contains(coloured.String(), mark) {
			t.Errorf("%q has no %q", coloured.String(), mark)
		}
	}
}
