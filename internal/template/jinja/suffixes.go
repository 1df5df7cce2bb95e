package jinja

import "slices"

// filterChain parses filters without a value; in a filter block the first one has no bar before it.
func (p *parser) filterChain(first bool) []*filterExpr {
	var filters []*filterExpr
	for first || p.accept(tokenOperator, "|") {
		p.enter()
		defer p.budget.Leave(1)
		filters = append(filters, p.filter(nil))
		first = false
	}
	return filters
}

// filter parses a filter after the bar.
func (p *parser) filter(value expr) *filterExpr {
	filter := &filterExpr{value: value, name: p.nameOf("filter")}
	filter.filter = find("filter", p.library.filters, filter.name)
	if p.is(tokenOperator, "(") {
		filter.args = p.args()
	}
	return filter
}

// nameOf parses the name of a filter or a test. A dot after it belongs to the name, so that there is no such one.
func (p *parser) nameOf(of string) string {
	t := p.next()
	if t.kind != tokenName {
		fail("expected the name of a %s, got %s", of, t)
	}
	if p.is(tokenOperator, ".") {
		fail("there is no %s with a dot in its name: put %.60q and what stands before it in parentheses", of, t.text)
	}
	return t.text
}

// test parses a test after is.
func (p *parser) test(value expr) expr {
	test := &testExpr{value: value, negate: p.accept(tokenName, "not")}
	test.name = p.nameOf("test")
	test.test = find("test", p.library.tests, test.name)
	switch t := p.peek(); {
	case t.kind == tokenOperator && t.text == "(":
		test.args = p.args()
	case t.kind == tokenName && t.text == "is":
		fail("a test cannot follow another one: put the first in parentheses")
	case t.kind == tokenString, t.kind == tokenNumber, t.kind == tokenOperator && (t.text == "[" || t.text == "{"),
		t.kind == tokenName && !slices.Contains([]string{"else", "or", "and", "if", "in", "not", "recursive"}, t.text):
		argument := p.primary()
		levels := 0
		for after := p.postfix(argument); after != nil; after = p.postfix(argument) {
			p.enter()
			levels++
			argument = after
		}
		p.budget.Leave(levels)
		test.args.positional = []expr{argument}
	}
	return test
}
