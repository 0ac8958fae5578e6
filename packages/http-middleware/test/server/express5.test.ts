import express from "express";
import { describeConnectLike } from "./connect-like.js";
import { expressApp } from "./express-app.js";

describeConnectLike("Express 5", (parts) => expressApp(express, parts));
