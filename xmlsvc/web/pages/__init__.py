"""The pages for editors: rendered on the server, working without script. One module a page; `shell` is the frame around each."""
