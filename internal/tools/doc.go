// Package tools implements the MCP tools, one file each: the input struct, the output struct, and the handler between them that
// calls the API.
//
//	arguments -> schema.Decode -> handler -> orq.Client    checked before anything is sent: all problems at once
//	output    -> render                                    JSON and text, truncated to the token budget
//	error     -> explain                                   what went wrong, and what to do about it
//
// To add a tool, define it in a file of its own (see define and its example) and list it in definitions. Its schemas, snapshot,
// documentation and the selection of read-only tools follow from the definition.
package tools
