import express from "express4";
import { describeConnectLike } from "./connect-like.js";
import { expressApp } from "./express-app.js";

describeConnectLike("Express 4", (parts) => expressApp(express, parts));
