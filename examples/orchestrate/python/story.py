"""A writer drafts, a critic that runs elsewhere comments, a judge decides: three rounds at most."""

import asyncio
import os
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

BASE = os.environ.get("ORQ_BASE_URL", "http://127.0.0.1:8586")
KEY = os.environ.get("ORQ_API_KEY", "sandbox")
TASK = f"Write one sentence on {os.environ.get('SUBJECT', 'the tides')}."


async def call(session, tool, arguments):
    """Call a tool and return its structured result. A result that is an error is raised."""

    async def ignore(progress, total, message):
        """With a callback the SDK sends a progress token: the call then follows a long run to its end."""

    result = await session.call_tool(tool, arguments, progress_callback=ignore)
    if result.isError:
        raise RuntimeError(f"{tool}: {result.content[0].text}")
    return result.structuredContent


async def ask(session, agent, message):
    """Return the answer of an agent. A run that has not completed is an error."""
    outcome = await call(session, "invoke_agent", {"key": agent, "message": message})
    if outcome["state"] != "completed":
        raise RuntimeError(f"{agent}: the run is {outcome['state']}")
    return outcome.get("output_text", "")


async def register_critic(session):
    """Register the critic, unless an earlier story has."""
    try:
        await call(session, "get_agent", {"key": "critic"})
    except RuntimeError:
        await call(session, "register_a2a_agent", {
            "key": "critic", "display_name": "Critic", "description": "Says what a sentence lacks",
            "agent_url": f"{BASE}/v2/agents/reviewer/a2a", "headers": {"Authorization": f"Bearer {KEY}"},
        })


async def tell(session):
    """Play the rounds."""
    request = TASK
    for number in (1, 2, 3):
        draft = await ask(session, "writer", request)
        note = await ask(session, "critic", draft)
        verdict = await ask(session, "judge", f"Draft: {draft}\nNote of the critic: {note}")
        print(f"round {number}\n  writer: {draft}\n  critic: {note}\n  judge:  {verdict}")
        if verdict.startswith("Content"):
            return
        request = f"{TASK}\nYour last draft: {draft}\nNote of the critic: {note}"


async def main():
    server = StdioServerParameters(command="orq-mcp", env={
        "PATH": os.environ["PATH"], "ORQ_BASE_URL": BASE, "ORQ_API_KEY": KEY, "ORQ_MCP_LOG_LEVEL": "error",
    })
    async with stdio_client(server) as (reader, writer), ClientSession(reader, writer) as session:
        await session.initialize()
        await register_critic(session)
        await tell(session)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
