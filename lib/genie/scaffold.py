"""A new project folder: an example space that validates and plans, its environments, a schema for editors, CI."""

import json
from dataclasses import dataclass
from pathlib import Path

from lib.genie.schema import schema

SPACE = """\
# yaml-language-server: $schema=../genie-space.schema.json
# One Genie space. `python -m lib genie validate` names every mistake with its line.
space_id: people_analytics
title: People analytics
description: Who works here, where, for whom and since when.
warehouse_id: ${warehouse_id}
parent_path: ${parent_path}
tags: [people]

sample_questions:
  - How many people work in each department?
  - Who reports to Jonas Lindqvist?
  - What does each department spend on salaries?

data_sources:
  tables:
    - identifier: ${catalog}.${schema}.employees
      description: People who work here, one row a person.
      column_configs:
        - column_name: job_title
          description: What the person does.
          synonyms: [position, role]
          enable_format_assistance: true
          enable_entity_matching: true
        - column_name: manager_id
          description: The employee_id of whom this person reports to; empty at the top.
          synonyms: [boss, supervisor]
    - identifier: ${catalog}.${schema}.departments
      description: Departments, one row a department.
      column_configs:
        - column_name: department_name
          description: Name of the department.
          synonyms: [team, unit]
          enable_format_assistance: true
          enable_entity_matching: true

instructions:
  text_instructions:
    - content: |
        Leave out people who have left (is_active = false) unless somebody asks for them.
        Salaries are a year's pay in euros; round them to whole euros.
        A manager is whoever another person reports to.
  example_question_sqls:
    - question: How many people work in each department?
      sql: |
        SELECT d.department_name, COUNT(*) AS people
        FROM ${catalog}.${schema}.employees AS e
        JOIN ${catalog}.${schema}.departments AS d ON d.department_id = e.department_id
        WHERE e.is_active
        GROUP BY d.department_name
        ORDER BY people DESC
      usage_guidance: Head counts by department.
  join_specs:
    - left: {identifier: "${catalog}.${schema}.employees", alias: employees}
      right: {identifier: "${catalog}.${schema}.departments", alias: departments}
      sql:
        - "`employees`.`department_id` = `departments`.`department_id`"
        - "--rt=FROM_RELATIONSHIP_TYPE_MANY_TO_ONE--"
  sql_snippets:
    measures:
      - display_name: Payroll
        sql: SUM(employees.salary)
        synonyms: [salary cost]

benchmarks:
  questions:
    - question: How many people are active?
      expected_sql: SELECT COUNT(*) AS people FROM ${catalog}.${schema}.employees WHERE is_active
"""
MINIMAL = """\
space_id: my_space
title: My space
warehouse_id: ${warehouse_id}
sample_questions:
  - How many rows are there?
data_sources:
  tables:
    - identifier: ${catalog}.${schema}.my_table
      description: What one row is.
"""
ENVIRONMENT = """\
# What ${{name}} stands for in the space files, in the environment {env}.
# workspace_url: https://adb-….azuredatabricks.net
warehouse_id: "0123456789abcdef"
# auth:
#   profile: {env}
variables:
  catalog: {catalog}
  schema: people
  parent_path: /Workspace/Shared/Genie
settings:
  require_confirmation: {confirm}
"""
IGNORED = """\
# .genie-forge.json says which space is which: keep it where your team and your CI can reach it.
.genie-forge.json
.genie-forge.json.*
exports/
"""
CI = """\
# Checks every change of a space and shows what it would do; the plan is applied as it stands after the merge.
name: genie
on:
  pull_request: {paths: ["conf/**"]}
  push: {branches: [main], paths: ["conf/**"]}
env:
  DATABRICKS_HOST: ${{ secrets.DATABRICKS_HOST }}
  DATABRICKS_TOKEN: ${{ secrets.DATABRICKS_TOKEN }}
jobs:
  plan:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: python -m lib genie validate --config conf/spaces --strict
      - run: python -m lib genie plan --env prod || test $? -eq 2
  apply:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: python -m lib genie plan --env prod --out plan.json || test $? -eq 2
      - run: python -m lib genie apply --env prod --plan plan.json --auto-approve --confirm prod
      - run: python -m lib genie evaluate people_analytics --env prod --min-accuracy 0.8
"""


@dataclass(frozen=True)
class Written:
    """One file of the scaffold."""

    path: Path
    result: str
    """`written` or `kept`."""


def scaffold(folder: Path, *, force: bool = False, minimal: bool = False) -> list[Written]:
    """Write a project; files that exist are kept unless `force`."""
    files = {
        "conf/spaces/people_analytics.yaml": SPACE,
        "conf/environments/dev.yaml": ENVIRONMENT.format(env="dev", catalog="dev", confirm="false"),
        "conf/environments/prod.yaml": ENVIRONMENT.format(env="prod", catalog="prod", confirm="true"),
        "conf/genie-space.schema.json": json.dumps(schema(), indent=1) + "\n",
        "ci/genie.yml": CI,
        ".gitignore": IGNORED,
    }
    if minimal:
        files = {
            "conf/spaces/my_space.yaml": MINIMAL,
            "conf/environments/dev.yaml": files["conf/environments/dev.yaml"],
        }
    found = []
    for name, text in files.items():
        path = folder / name
        if path.exists() and not force:
            found.append(Written(path, "kept"))
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        found.append(Written(path, "written"))
    return found
