"""Durable background work: the database row is the work, the broker only carries its id.

`rows.WorkItem` is what a piece of work stores about itself, `tasks.work_task` turns a function into the task that does
it, `transports.enqueue` announces a row after commit, `claims` lets exactly one worker have it, `sweeper` finds what
was lost. Every app's models and tasks stand on this; services only call `enqueue`.
"""
