package docs_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// document is a Markdown file.
type document struct {
	path   string
	fences []block
	// spans are the texts in backticks outside of fences.
	spans []block
	links []block
	// anchors are what a link to the document can point to.
	anchors map[string]bool
	// rows are the rows of all tables, in order, without their rules.
	rows []row
}

// block is a part of a document. at is its file and line, language that of a fence.
type block struct{ at, language, text string }

// row is a row of a table: its cells, with the backticks.
type row struct {
	at    string
	cells []string
}

var (
	codeSpan   = regexp.MustCompile("`([^`]+)`")
	link       = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	htmlAnchor = regexp.MustCompile(`<a id="([^"]+)">`)
	tableRule  = regexp.MustCompile(`^\|[-:| ]+\|$`)
)

func parse(path, text string) document {
	d := document{path: path, anchors: map[string]bool{}}
	var fence *block
	for i, line := range strings.Split(text, "\n") {
		at := fmt.Sprintf("%s:%d", path, i+1)
		switch language, marked := strings.CutPrefix(strings.TrimSpace(line), "```"); {
		case marked && fence == nil:
			fence = &block{at: at, language: language}
		case marked:
			d.fences, fence = append(d.fences, *fence), nil
		case fence != nil:
			fence.text += line + "\n"
		default:
			d.addLine(at, line)
		}
	}
	return d
}

func (d *document) addLine(at, line string) {
	if strings.HasPrefix(line, "#") {
		d.addAnchor(slug(strings.TrimSpace(strings.TrimLeft(line, "#"))))
	}
	if strings.HasPrefix(line, "|") && !tableRule.MatchString(line) {
		d.rows = append(d.rows, row{at, cells(line)})
	}
	for _, span := range codeSpan.FindAllStringSubmatch(line, -1) {
		d.spans = append(d.spans, block{at: at, text: strings.ReplaceAll(span[1], `\|`, "|")})
	}
	for _, anchor := range htmlAnchor.FindAllStringSubmatch(line, -1) {
		d.addAnchor(anchor[1])
	}
	for _, target := range link.FindAllStringSubmatch(codeSpan.ReplaceAllString(line, "code"), -1) {
		d.links = append(d.links, block{at: at, text: target[1]})
	}
}

// addAnchor numbers anchors that occur again, as GitHub does.
func (d *document) addAnchor(name string) {
	unique := name
	for n := 1; d.anchors[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", name, n)
	}
	d.anchors[unique] = true
}

// slug is GitHub's anchor of a heading.
func slug(heading string) string {
	var name strings.Builder
	for _, r := range strings.ToLower(regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(heading, "$1")) {
		switch {
		case r == ' ':
			name.WriteRune('-')
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			name.WriteRune(r)
		}
	}
	return name.String()
}

// cells splits a row of a table.
func cells(line string) (list []string) {
	const bar = "\x00"
	line = strings.ReplaceAll(strings.Trim(line, "|"), `\|`, bar)
	for cell := range strings.SplitSeq(line, "|") {
		list = append(list, strings.TrimSpace(strings.ReplaceAll(cell, bar, "|")))
	}
	return list
}

// code returns the texts in backticks of a cell.
func code(cell string) (list []string) {
	for _, span := range codeSpan.FindAllStringSubmatch(cell, -1) {
		list = append(list, span[1])
	}
	return list
}

func TestDocumentsAreParsed(t *testing.T) {
	t.Parallel()
	d := parse("x.md", "# A `b` c: d\n\n## E\n\n## E\n\n<a id=\"f\"></a>\n\n[g](h.md#i) `[no](link)` `--j`\n\n"+
		"```sh\nmake k # [no](link)\n```\n\n| `l\\|m` | n |\n|---|---|\n| o | |\n")
	for name, each := range map[string]struct{ got, want any }{
		"anchors": {d.anchors, map[string]bool{"a-b-c-d": true, "e": true, "e-1": true, "f": true}},
		"links":   {fmt.Sprint(d.links), "[{x.md:9  h.md#i}]"},
		"spans":   {fmt.Sprint(d.spans), "[{x.md:1  b} {x.md:9  [no](link)} {x.md:9  --j} {x.md:15  l|m}]"},
		"fences":  {fmt.Sprint(d.fences), "[{x.md:11 sh make k # [no](link)\n}]"},
		"rows":    {fmt.Sprint(d.rows), "[{x.md:15 [`l|m` n]} {x.md:17 [o ]}]"},
	} {
		if diff := cmp.Diff(each.want, each.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
