package jinja

import (
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/template/budget"
)

// parser turns tokens into nodes.
type parser struct {
	library *library
	budget  *budget.Budget
	tokens  []token
	at      int
	line    int // of the current token, for errors
	loops   int // that the current tag is in
	// used are the special names that the current macro uses; nil outside.
	used map[string]bool
}

// template parses the whole template.
func (p *parser) template() []node {
	body, _ := p.body()
	return body
}

// peek returns the current token.
func (p *parser) peek() token {
	t := p.tokens[p.at]
	p.line = t.line
	return t
}

// next takes the current token.
func (p *parser) next() token {
	t := p.peek()
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

// is reports whether the current token is an operator or a name.
func (p *parser) is(kind kind, text string) bool {
	t := p.peek()
	return t.kind == kind && t.text == text
}

// accept takes the current token if it is an operator or a name.
func (p *parser) accept(kind kind, text string) bool {
	if !p.is(kind, text) {
		return false
	}
	p.at++
	return true
}

// expect takes an operator or a name.
func (p *parser) expect(kind kind, text string) {
	if !p.accept(kind, text) {
		fail("expected %q, got %s", text, p.peek())
	}
}

// String describes the token in errors.
func (t token) String() string {
	switch t.kind {
	case tokenEnd:
		return "the end of the template"
	case tokenTagEnd, tokenPrintEnd:
		return "the end of the tag"
	case tokenData:
		return "text"
	}
	if len(t.text) > 60 {
		return "a long " + map[kind]string{tokenName: "name", tokenString: "string", tokenNumber: "number"}[t.kind]
	}
	return "\"" + t.text + "\""
}

// enter goes one level deeper; the caller leaves.
func (p *parser) enter() { must(p.budget.Enter()) }

// body parses up to a tag with one of the names, which is taken, or without names up to the end of the template.
func (p *parser) body(ends ...string) ([]node, string) {
	p.enter()
	defer p.budget.Leave(1)
	line := p.line
	var body []node
	for {
		switch t := p.next(); t.kind {
		case tokenData:
			body = append(body, text(t.text))
		case tokenPrint:
			body = append(body, output{t.line, p.tuple(true)})
			p.end(tokenPrintEnd)
		case tokenTag:
			tag := p.next()
			if tag.kind != tokenName {
				fail("expected the name of a tag, got %s", tag)
			}
			if slices.Contains(ends, tag.text) {
				return body, tag.text
			}
			body = append(body, p.tag(tag, ends)...)
		default: // the end
			if len(ends) > 0 {
				failAt(line, "the tag has no end: %s is missing", ends[len(ends)-1])
			}
			return body, ""
		}
	}
}

// end takes the end of a tag.
func (p *parser) end(kind kind) {
	if t := p.next(); t.kind != kind {
		fail("expected the end of the tag, got %s", t)
	}
}

// tag parses a tag after its name.
func (p *parser) tag(tag token, ends []string) []node {
	switch tag.text {
	case "if":
		return []node{p.ifTag(tag.line)}
	case "for":
		return []node{p.forTag(tag.line)}
	case "set":
		return []node{p.setTag(tag.line)}
	case "with":
		return []node{p.withTag(tag.line)}
	case "filter":
		filters := p.filterChain(true)
		p.end(tokenTagEnd)
		return []node{filterBlock{tag.line, filters, p.captured("endfilter")}}
	case "macro":
		return []node{p.macroTag(tag.line)}
	case "call":
		return []node{p.callTag(tag.line)}
	case "break", "continue":
		if p.loops == 0 {
			fail("%s is outside a loop", tag.text)
		}
		p.end(tokenTagEnd)
		return []node{jump(map[string]control{"break": breakLoop, "continue": continueLoop}[tag.text])}
	case "include", "import", "from", "extends", "block":
		fail("%s is not available here: there are no other templates", tag.text)
	}
	if len(ends) > 0 {
		fail("unexpected tag %s, expected %s", tag, ends[len(ends)-1])
	}
	fail("there is no tag %s", tag)
	return nil
}

// block parses a body and its end tag.
func (p *parser) block(end string) []node {
	body, _ := p.body(end)
	p.end(tokenTagEnd)
	return body
}

// captured parses a body whose text is not written where it stands: no loop around it can be left from it.
func (p *parser) captured(end string) []node {
	loops := p.loops
	p.loops = 0
	body := p.block(end)
	p.loops = loops
	return body
}

func (p *parser) ifTag(line int) node {
	var branches ifNode
	for {
		condition := p.tuple(false)
		p.end(tokenTagEnd)
		body, end := p.body("elif", "else", "endif")
		branches = append(branches, branch{line, condition, body})
		line = p.line
		switch end {
		case "else":
			p.end(tokenTagEnd)
			return append(branches, branch{line, nil, p.block("endif")})
		case "endif":
			p.end(tokenTagEnd)
			return branches
		}
	}
}

func (p *parser) forTag(line int) node {
	loop := forNode{line: line, target: p.target("in")}
	p.expect(tokenName, "in")
	loop.items = p.tuple(false, "recursive")
	if p.accept(tokenName, "if") {
		loop.filter = p.expression()
	}
	loop.recursive = p.accept(tokenName, "recursive")
	p.end(tokenTagEnd)
	p.loops++
	body, end := p.body("else", "endfor")
	p.loops--
	loop.body = body
	if end == "else" {
		p.end(tokenTagEnd)
		loop.orElse, _ = p.body("endfor")
	}
	p.end(tokenTagEnd)
	return &loop
}

func (p *parser) setTag(line int) node {
	target := p.target("")
	if p.accept(tokenOperator, "=") {
		value := p.tuple(true)
		p.end(tokenTagEnd)
		return setNode{line, target, value}
	}
	filters := p.filterChain(false)
	p.end(tokenTagEnd)
	return setBlock{line, target, filters, p.captured("endset")}
}

func (p *parser) withTag(line int) node {
	with := withNode{line: line}
	for p.peek().kind != tokenTagEnd {
		if len(with.targets) > 0 {
			p.expect(tokenOperator, ",")
		}
		with.targets = append(with.targets, p.singleTarget())
		p.expect(tokenOperator, "=")
		with.values = append(with.values, p.expression())
	}
	p.end(tokenTagEnd)
	with.body = p.block("endwith")
	return with
}
