"""The official client of the Model Context Protocol against `hook-attach --mcp`.

It does what an agent would: it finds the program, waits for a stop, looks for the bug of examples/service.rs, tries the
mended expression on the live values, writes the right value, and resumes.

usage: mcp_client.py FOLDER      FOLDER has hook-attach and examples/service; needs `pip install "mcp>=2,<3"`
"""

import asyncio
import os
import subprocess
import sys
import tempfile

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(folder):
    runtime = tempfile.mkdtemp()
    environment = {**os.environ, "XDG_RUNTIME_DIR": runtime}
    service = subprocess.Popen(
        [f"{folder}/examples/service"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**environment, "HOOKABLE": "listen"},
    )
    assert service.stdout.readline() == "ready\n"
    server = StdioServerParameters(command=f"{folder}/hook-attach", args=["--mcp"], env=environment)
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:

        async def call(tool, expect_error=False, **arguments):
            result = await session.call_tool(tool, arguments)
            text = "".join(part.text for part in result.content)
            print(f"> {tool} {arguments}\n{text}")
            assert result.is_error == expect_error, text
            return text

        await session.initialize()
        tools = {tool.name for tool in (await session.list_tools()).tools}
        assert tools == {"list", "state", "wait", "evaluate", "hooks", "break", "traces", "resume"}, tools
        assert str(service.pid) in await call("list")
        assert "runs" in await call("state")
        await call("wait", expect_error=True, seconds=0)
        await call("evaluate", expect_error=True, line="1")

        service.stdin.write("apple 3\n")
        service.stdin.flush()
        assert "total: 1" in await call("wait", seconds=30)
        assert (await call("evaluate", line="orders.by_item.values().sum::<u32>()")).startswith("3\n")
        assert "cannot find value" in await call("evaluate", expect_error=True, line="befor + number")
        assert (await call("evaluate", line="before + number")).startswith("3\n")
        assert "changed: orders" in await call("evaluate", line="orders.total = before + number")
        assert (await call("evaluate", line='println!("{item}"); 1')).startswith("stdout: apple\n1\n")
        assert service.stdout.readline() == "apple\n"
        assert "is planted" in await call("evaluate", line=":trace take number, item")
        said = await call("resume", expect_error=True, wait=True)
        assert "`wait` is a whole number of seconds" in said, said
        assert await call("resume") == "resumed"
        assert service.stdout.readline() == "3 in total\n"

        service.stdin.write("pear 1\n")
        service.stdin.flush()
        await call("wait", seconds=30)
        assert 'take: number = 1, item = "pear"\n(the last line has the number 1)' in await call("traces")
        assert await call("traces", after=1) == "(the last line has the number 1)"
        service.stdin.write("plum 2\n")
        service.stdin.flush()
        assert "order of 2 plum" in await call("resume", wait=30)
        await call("resume")
    service.stdin.close()
    assert service.wait(30) == 0
    print("the client is served")


asyncio.run(asyncio.wait_for(main(os.path.abspath(sys.argv[1])), 120))
