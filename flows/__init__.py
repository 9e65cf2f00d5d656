"""The top floor: recipes, the chain of stages, the command line, the Prefect flows and the report."""
