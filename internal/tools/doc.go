// Package tools holds the MCP tools, one file each: what a tool takes, what it answers, and the API operation between.
//
// To add a tool, write its file and name it in All.
package tools
