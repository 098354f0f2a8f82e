"""What agents do in the topics of the support group."""
