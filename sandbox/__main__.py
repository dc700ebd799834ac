"""`python -m sandbox`, which is `make run`."""

from sandbox.run import main

if __name__ == "__main__":
    main()
