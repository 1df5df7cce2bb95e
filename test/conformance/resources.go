package main

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

func addResources(library *mcpserver.MCPServer) {
	addResource(library, mcp.TextResourceContents{
		URI: "test://static-text", MIMEType: "text/plain", Text: "This is the content of the static text resource.",
	}, "static-text", "text/plain")
	addResource(library, mcp.BlobResourceContents{URI: "test://static-binary", MIMEType: "image/png", Blob: pixel}, "static-binary", "image/png")
	addResource(library, mcp.TextResourceContents{
		URI: "test://watched-resource", MIMEType: "text/plain", Text: "Nothing ever happens here.",
	}, "watched-resource", "text/plain")

	template := mcp.NewResourceTemplate("test://template/{id}/data", "template",
		mcp.WithTemplateDescription("A resource with a parameter."), mcp.WithTemplateMIMEType("application/json"))
	library.AddResourceTemplate(template, func(_ context.Context, request mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
		id := strings.TrimSuffix(strings.TrimPrefix(request.Params.URI, "test://template/"), "/data")
		text, err := json.Marshal(map[string]any{"id": id, "templateTest": true, "data": "Data for ID: " + id})
		return []mcp.ResourceContents{mcp.TextResourceContents{URI: request.Params.URI, MIMEType: "application/json", Text: string(text)}}, err
	})
}

// addResource adds a resource that never changes.
func addResource(library *mcpserver.MCPServer, contents mcp.ResourceContents, name, mimeType string) {
	resource := mcp.NewResource("test://"+name, name, mcp.WithResourceDescription("A resource for testing."), mcp.WithMIMEType(mimeType))
	library.AddResource(resource, func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
		return []mcp.ResourceContents{contents}, nil
	})
}
