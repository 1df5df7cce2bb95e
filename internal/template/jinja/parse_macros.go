package jinja

import "slices"

// reserved cannot be assigned to.
var reserved = []string{"true", "false", "none", "True", "False", "None"}

// target parses what is assigned to: targets with commas between them. The name end is none of them.
func (p *parser) target(end string) target {
	first := p.singleTarget()
	if !p.is(tokenOperator, ",") {
		return first
	}
	parts := []target{first}
	for p.accept(tokenOperator, ",") {
		if t := p.peek(); t.kind == tokenName && t.text == end || t.kind == tokenOperator && t.text != "(" || t.kind == tokenTagEnd {
			break
		}
		parts = append(parts, p.singleTarget())
	}
	return target{parts: parts}
}

// singleTarget parses a name, an attribute of a namespace, or targets in parentheses.
func (p *parser) singleTarget() target {
	if p.accept(tokenOperator, "(") {
		p.enter()
		defer p.budget.Leave(1)
		inner := p.target("")
		p.expect(tokenOperator, ")")
		return inner
	}
	t := p.next()
	if t.kind != tokenName {
		fail("expected a name to assign to, got %s", t)
	}
	if slices.Contains(reserved, t.text) {
		fail("%s cannot be assigned to", t)
	}
	if !p.accept(tokenOperator, ".") {
		return target{name: t.text}
	}
	attribute := p.next()
	if attribute.kind != tokenName {
		fail("expected the name of an attribute, got %s", attribute)
	}
	return target{name: t.text, attribute: attribute.text}
}

func (p *parser) macroTag(line int) node {
	t := p.next()
	if t.kind != tokenName || slices.Contains(reserved, t.text) {
		fail("expected the name of a macro, got %s", t)
	}
	m := &macroNode{line: line, name: t.text}
	p.params(m)
	p.macroBody(m, "endmacro")
	return m
}

// params parses the parameters of a macro, in parentheses.
func (p *parser) params(m *macroNode) {
	p.expect(tokenOperator, "(")
	for !p.accept(tokenOperator, ")") {
		if len(m.params) > 0 {
			p.expect(tokenOperator, ",")
		}
		t := p.next()
		if t.kind != tokenName || slices.Contains(reserved, t.text) {
			fail("expected the name of a parameter, got %s", t)
		}
		if slices.Contains(m.params, t.text) {
			fail("the parameter %s is there twice", t)
		}
		m.params = append(m.params, t.text)
		if p.accept(tokenOperator, "=") {
			m.defaults = append(m.defaults, p.expression())
		} else if len(m.defaults) > 0 {
			fail("the parameter %s needs a default, as the one before", t)
		}
	}
}

// macroBody parses the body of a macro and its end tag.
func (p *parser) macroBody(m *macroNode, end string) {
	p.end(tokenTagEnd)
	used := p.used
	p.used = map[string]bool{}
	m.body = p.captured(end)
	m.varargs, m.kwargs, m.caller = p.used["varargs"], p.used["kwargs"], p.used["caller"]
	p.used = used
}

func (p *parser) callTag(line int) node {
	caller := &macroNode{line: line, name: "caller"}
	if p.is(tokenOperator, "(") {
		p.params(caller)
	}
	call, ok := p.expression().(*callExpr)
	if !ok {
		failAt(line, "call needs a call of a macro")
	}
	p.macroBody(caller, "endcall")
	return callBlock{line, call, caller}
}
