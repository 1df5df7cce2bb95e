package redact

// schemaPlace is where a part of a document is in a JSON Schema. A property with the name of a credential, such as the
// password that a tool takes, has a schema: it describes a value and holds none. Values may stand in it all the same, as
// default, const or example, and a part that only resembles a schema may hold any; so only the words below are shown.
type schemaPlace int

const (
	noSchema schemaPlace = iota
	// namedSchemas is an object that has a schema for each name, outside of a secret.
	namedSchemas
	// secretNamedSchemas is the same within the schema of a secret.
	secretNamedSchemas
	// secretSchema is the schema of a secret.
	secretSchema
)

// inSchema returns the scope of an object's field, as below does, for the place of the object in a schema.
func (s scope) inSchema(name string) scope {
	place := s.schema
	s.schema = noSchema
	switch secret := s.secret || s.secretText; {
	case place == namedSchemas || place == secretNamedSchemas:
		if secret {
			s.schema = secretSchema
		}
	case !secret:
		if mapsSchemas(name) {
			s.schema = namedSchemas
		}
	case place != secretSchema:
	case mapsSchemas(name):
		s.schema = secretNamedSchemas
	case holdsSchemas(name):
		s.schema = secretSchema
	case describes(name):
		s.secret, s.secretText = false, false
	}
	return s
}

// mapsSchemas reports whether a field has schemas by name.
func mapsSchemas(field string) bool {
	switch field {
	case "properties", "patternProperties", "$defs", "definitions", "securitySchemes", "security_schemes":
		return true
	}
	return false
}

// holdsSchemas reports whether a field of a schema is a schema, or a list of them.
func holdsSchemas(field string) bool {
	switch field {
	case "items", "prefixItems", "additionalProperties", "anyOf", "allOf", "oneOf", "not":
		return true
	}
	return false
}

// describes reports whether a field of a schema describes values. Of A2A's security schemes are in, scheme and bearerFormat.
func describes(field string) bool {
	switch field {
	case "type", "title", "description", "format", "pattern", "required", "enum", "$ref",
		"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems",
		"name", "in", "scheme", "bearerFormat":
		return true
	}
	return false
}
