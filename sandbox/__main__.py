"""`python -m sandbox`, which is `make run`."""

from sandbox.processes import leave_when_asked

if __name__ == "__main__":
    leave_when_asked()
    from sandbox.run import main  # only now: it takes a second and more, in which somebody may think better of it

    main()
