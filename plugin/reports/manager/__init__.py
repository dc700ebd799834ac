"""The report manager: every release with who was told, who looked, and what the office still has to do."""
