#!/bin/sh
echo configured "$@"
