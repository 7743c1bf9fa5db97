"""Reading internal processes that others wrote: a text goes in, a process and what is doubted about it come out."""
