package jinja

import "slices"

// expression parses an expression: a conditional one, or what binds more tightly.
func (p *parser) expression() expr {
	p.enter()
	defer p.budget.Leave(1)
	value := p.or()
	levels := 0
	defer func() { p.budget.Leave(levels) }()
	for p.accept(tokenName, "if") {
		p.enter()
		levels++
		conditional := condExpr{condition: p.or(), then: value}
		if p.accept(tokenName, "else") {
			conditional.orElse = p.expression()
		}
		value = conditional
	}
	return value
}

func (p *parser) or() expr  { return p.logic("or", p.and) }
func (p *parser) and() expr { return p.logic("and", p.not) }

// logic parses expressions with the same operator between them.
func (p *parser) logic(operator string, part func() expr) expr {
	first := part()
	if !p.is(tokenName, operator) {
		return first
	}
	logic := logicExpr{and: operator == "and", parts: []expr{first}}
	for p.accept(tokenName, operator) {
		logic.parts = append(logic.parts, part())
	}
	return logic
}

func (p *parser) not() expr {
	if !p.accept(tokenName, "not") {
		return p.compare()
	}
	p.enter()
	defer p.budget.Leave(1)
	return notExpr{p.not()}
}

var comparisons = []string{"==", "!=", "<", "<=", ">", ">="}

func (p *parser) compare() expr {
	comparison := compareExpr{first: p.sum()}
	for {
		t := p.peek()
		switch {
		case t.kind == tokenOperator && slices.Contains(comparisons, t.text), t.kind == tokenName && t.text == "in":
			p.at++
			comparison.operators = append(comparison.operators, t.text)
		case t.kind == tokenName && t.text == "not" && p.tokens[p.at+1].kind == tokenName && p.tokens[p.at+1].text == "in":
			p.at += 2
			comparison.operators = append(comparison.operators, "not in")
		case len(comparison.rest) == 0:
			return comparison.first
		default:
			return comparison
		}
		comparison.rest = append(comparison.rest, p.sum())
	}
}

func (p *parser) sum() expr     { return p.binary(p.concat, "+", "-") }
func (p *parser) product() expr { return p.binary(p.power, "*", "/", "//", "%") }
func (p *parser) power() expr {
	return p.binary(func() expr { return p.unary(true) }, "**")
}

// binary parses expressions with operators of the same strength between them, from left to right.
func (p *parser) binary(part func() expr, operators ...string) expr {
	left := part()
	levels := 0
	defer func() { p.budget.Leave(levels) }()
	for {
		t := p.peek()
		if t.kind != tokenOperator || !slices.Contains(operators, t.text) {
			return left
		}
		p.at++
		p.enter()
		levels++
		left = &binaryExpr{t.text, left, part()}
	}
}

func (p *parser) concat() expr {
	first := p.product()
	if !p.is(tokenOperator, "~") {
		return first
	}
	parts := concatExpr{first}
	for p.accept(tokenOperator, "~") {
		parts = append(parts, p.product())
	}
	return parts
}

// unary parses a sign or a value with what follows it. Filters apply to the whole, also to the sign.
func (p *parser) unary(withFilters bool) expr {
	p.enter()
	defer p.budget.Leave(1)
	var value expr
	if t := p.peek(); t.kind == tokenOperator && (t.text == "-" || t.text == "+") {
		p.at++
		value = unaryExpr{t.text, p.unary(false)}
	} else {
		value = p.primary()
	}
	levels := 0
	defer func() { p.budget.Leave(levels) }()
	for _, next := range []func(expr) expr{p.postfix, p.filtered} {
		for after := next(value); after != nil; after = next(value) {
			p.enter()
			levels++
			value = after
		}
		if !withFilters {
			break
		}
	}
	return value
}

// postfix parses an attribute, an item or a call after a value. It returns nil when there is none.
func (p *parser) postfix(value expr) expr {
	switch t := p.peek(); {
	case t.kind == tokenOperator && (t.text == "." || t.text == "["):
		p.at++
		return p.subscript(value, t.text == ".")
	case t.kind == tokenOperator && t.text == "(":
		return &callExpr{value, p.args()}
	}
	return nil
}

// filtered parses a filter, a test, or a call of what they made. It returns nil when there is none.
func (p *parser) filtered(value expr) expr {
	switch {
	case p.accept(tokenOperator, "|"):
		return p.filter(value)
	case p.accept(tokenName, "is"):
		return p.test(value)
	case p.is(tokenOperator, "("):
		return &callExpr{value, p.args()}
	}
	return nil
}

// subscript parses an attribute after a dot, or an item or a slice after a bracket.
func (p *parser) subscript(value expr, dot bool) expr {
	if dot {
		switch t := p.next(); t.kind {
		case tokenName:
			return &attrExpr{value, t.text}
		case tokenNumber:
			return &indexExpr{value, constant{t.value}}
		default:
			fail("expected the name of an attribute, got %s", t)
		}
	}
	var key expr
	if !p.is(tokenOperator, ":") {
		key = p.expression()
	}
	if !p.is(tokenOperator, ":") {
		if p.is(tokenOperator, ",") {
			key = p.tupleRest(key, "]")
		}
		p.expect(tokenOperator, "]")
		return &indexExpr{value, key}
	}
	slice := &sliceExpr{of: value, start: key}
	for _, part := range []*expr{&slice.stop, &slice.step} {
		if p.accept(tokenOperator, ":") && !p.is(tokenOperator, ":") && !p.is(tokenOperator, "]") {
			*part = p.expression()
		}
	}
	p.expect(tokenOperator, "]")
	return slice
}
